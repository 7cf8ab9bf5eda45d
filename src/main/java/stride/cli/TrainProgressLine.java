package stride.cli;

import java.io.PrintWriter;
import stride.lab.StageTable;
import stride.train.TrainListener;
import stride.train.TrainProgress;
import stride.train.TrainResult;

/**
 * Shows a run as one line that changes on a terminal, and as a line every few seconds elsewhere.
 */
final class TrainProgressLine implements TrainListener, AutoCloseable {
  private static final long QUIET_NANOS = 5_000_000_000L;

  private final PrintWriter err;
  private final boolean terminal = isTerminal();
  private boolean open;
  private long shown = System.nanoTime() - QUIET_NANOS;

  TrainProgressLine(PrintWriter err) {
    this.err = err;
  }

  @SuppressWarnings("SystemConsoleNull") // it is null where stdin or stdout is no terminal
  private static boolean isTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  @Override
  public void iteration(TrainProgress progress) {
    boolean last = progress.iteration() == progress.totalIterations();
    long now = System.nanoTime();
    if (!terminal && !last && now - shown < QUIET_NANOS) {
      return;
    }
    shown = now;
    err.printf(
        "%s%s: %,d env steps, %,.0f steps/s, return %s, %s left%s",
        terminal ? "\r" : "",
        "%d/%d".formatted(progress.iteration(), progress.totalIterations()),
        progress.envSteps(),
        progress.envStepsPerSecond(),
        number(progress.returnMeanLast100()),
        duration(progress.remainingSeconds()),
        terminal ? "   " : System.lineSeparator());
    open = terminal;
    err.flush();
  }

  @Override
  public void note(String line) {
    close();
    err.println(line);
    err.flush();
  }

  /** Ends the line that changes, so that what follows starts on one of its own. */
  @Override
  public void close() {
    if (open) {
      err.println();
      err.flush();
      open = false;
    }
  }

  static String summary(TrainResult result) {
    return """
    %s, %s, seed %d: %s after %,d env steps in %d iterations
    return of the last 100 episodes  %s
    env steps per second             %s, steady %s
    seconds                          %.1f

    %s"""
        .formatted(
            result.task(),
            result.algo(),
            result.seed(),
            result.finished() ? "finished" : "stopped",
            result.envSteps(),
            result.iterations(),
            number(result.returnMeanLast100()),
            number(result.envStepsPerSecond()),
            number(result.envStepsPerSecondSteady()),
            result.seconds(),
            StageTable.of(result.stages()).toText());
  }

  private static String number(Double value) {
    return value == null ? "-" : "%.1f".formatted(value);
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60 ? whole + " s" : "%d min %02d s".formatted(whole / 60, whole % 60);
  }
}
