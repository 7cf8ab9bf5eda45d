package stride.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import stride.learn.Learner;
import stride.train.RunSpec;
import stride.train.Timing;
import stride.train.TrainListener;
import stride.train.TrainPlan;
import stride.train.TrainProgress;

/**
 * Shows a run as one line that changes on a terminal, and as a line every few seconds elsewhere.
 */
final class TrainProgressLine implements TrainListener, AutoCloseable {
  private static final long QUIET_NANOS = 5_000_000_000L;

  /** The line before may have been longer. */
  private static final String ERASE_REST = "\033[K";

  private final PrintWriter err;
  private final boolean terminal = isTerminal();
  private boolean open;
  private double elapsedSeconds = Double.NaN; // no iteration has ended
  private long shown = System.nanoTime() - QUIET_NANOS;

  TrainProgressLine(PrintWriter err) {
    this.err = err;
  }

  @SuppressWarnings("SystemConsoleNull") // it is null where stdin or stdout is no terminal
  private static boolean isTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  /** What is about to be done, before there is anything to show of it. */
  void begin(TrainPlan plan, RunSpec<?> run, int threads, Path folder) {
    note(
        "%s, %s, preset %s, seed %d, backend %s, threads %d"
            .formatted(
                plan.task(), plan.algo(), run.preset(), plan.seed(), run.backend(), threads));
    note("run folder " + folder);
  }

  /** One iteration is the least there is, however few env steps were asked for. */
  void noteIfLonger(TrainPlan plan, Learner learner) {
    long envSteps =
        learner.seedingSteps() + plan.iterations(learner) * learner.envStepsPerIteration();
    if (envSteps > plan.totalTimesteps()) {
      note(
          "total_timesteps=%,d is less than one iteration: training %,d env steps"
              .formatted(plan.totalTimesteps(), envSteps));
    }
  }

  @Override
  public void iteration(TrainProgress progress, Timing timing) {
    elapsedSeconds = timing.elapsedSeconds();
    boolean last = timing.iterationsLeft() == 0;
    long now = System.nanoTime();
    if (!terminal && !last && now - shown < QUIET_NANOS) {
      return;
    }
    shown = now;
    err.printf(
        "%s%d/%d: %,d env steps, %,.0f steps/s, return %s, %s so far, %s left%s",
        terminal ? "\r" : "",
        progress.iteration(),
        progress.iteration() + timing.iterationsLeft(),
        progress.envSteps(),
        progress.envStepsPerSecond(),
        TrainSummary.number(progress.returnMeanLast100()),
        duration(timing.elapsedSeconds()),
        duration(timing.secondsLeft()),
        terminal ? ERASE_REST : System.lineSeparator());
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

  /** Wall time of the run in all sittings; NaN if no iteration has ended in this one. */
  double elapsedSeconds() {
    return elapsedSeconds;
  }

  static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60 ? whole + " s" : "%d min %02d s".formatted(whole / 60, whole % 60);
  }
}
