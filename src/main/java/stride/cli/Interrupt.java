package stride.cli;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns Ctrl-C, TERM and HUP into a request to stop: the work within this scope saves and ends by
 * itself, with its result or error printed.
 *
 * <p>The process then ends with 128 and the signal's number (130, 143, 129), as the shell expects,
 * so that {@code train && eval} does not go on with a run that is not finished. Only a command that
 * reached its end all the same, or failed, keeps its own exit code.
 */
final class Interrupt implements AutoCloseable {
  /** What a command returns that stopped before its end; the exit code is then the signal's. */
  static final int STOPPED = 130;

  private static final int PRINTING_SECONDS = 2;
  private static final CompletableFuture<Integer> EXIT_CODE = new CompletableFuture<>();

  private final AtomicBoolean requested = new AtomicBoolean();
  private volatile boolean closed;

  Interrupt() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stride-interrupt"));
  }

  /** Ends the process, also one that a signal is ending already. */
  static void exit(int exitCode) {
    EXIT_CODE.complete(exitCode);
    System.exit(exitCode); // waits for ever where the hook is at work: that one ends the process
  }

  /** Set when the user wants to stop. */
  AtomicBoolean requested() {
    return requested;
  }

  private void stop() {
    requested.set(true);
    Integer exitCode =
        closed
            ? EXIT_CODE.copy().completeOnTimeout(null, PRINTING_SECONDS, SECONDS).join()
            : EXIT_CODE.join();
    if (exitCode != null && exitCode != STOPPED) {
      Runtime.getRuntime().halt(exitCode);
    }
    // else this hook is done, and the JVM ends with the code of the signal
  }

  /** Ends the scope; a signal still waits a moment, for the result or error to be printed. */
  @Override
  public void close() {
    closed = true;
  }
}
