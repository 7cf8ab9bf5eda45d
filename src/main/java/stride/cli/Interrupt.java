package stride.cli;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns Ctrl-C and kill into a request to stop: the work within this scope ends by itself, and the
 * process then ends as if nobody had interrupted it, with its result or error printed and the exit
 * code of either.
 */
final class Interrupt implements AutoCloseable {
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
    if (exitCode != null) {
      Runtime.getRuntime().halt(exitCode);
    }
  }

  /** Ends the scope; a signal still waits a moment, for the result or error to be printed. */
  @Override
  public void close() {
    closed = true;
  }
}
