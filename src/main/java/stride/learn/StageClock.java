package stride.learn;

import java.util.Arrays;
import org.HdrHistogram.Histogram;

/**
 * Splits one thread's time into stages; does nothing while it is off, so that hot loops may always
 * call it.
 *
 * <p>A lap costs about 25 ns; who measures inner stages switches the clock on for some iterations
 * only.
 */
@SuppressWarnings("EnumOrdinal") // arrays indexed by stage: a map would box in the hot loop
public final class StageClock {
  private static final int STAGES = Stage.values().length;

  // of a fixed size, so that recording allocates nothing
  private static final long LONGEST_NANOS = 60_000_000_000L;
  private static final int DIGITS = 2;

  private final long[] nanos = new long[STAGES];
  private final long[] hits = new long[STAGES];
  private final Histogram steps = new Histogram(LONGEST_NANOS, DIGITS);
  private boolean on;
  private long lapStart;
  private long stepStart;

  /** A clock that is off. */
  public StageClock() {}

  /**
   * Switches the clock.
   *
   * @param newOn whether to measure from now on
   */
  public void switchTo(boolean newOn) {
    on = newOn;
  }

  /** Begins a step and its first lap. */
  public void start() {
    if (on) {
      stepStart = System.nanoTime();
      lapStart = stepStart;
    }
  }

  /**
   * Ends a lap and begins the next: what passed since the last one was this stage.
   *
   * @param stage what was done
   */
  public void lap(Stage stage) {
    if (on) {
      long now = System.nanoTime();
      count(stage, now - lapStart);
      lapStart = now;
    }
  }

  /** Counts a lap of known length. */
  void count(Stage stage, long lapNanos) {
    nanos[stage.ordinal()] += lapNanos;
    hits[stage.ordinal()]++;
  }

  /** Ends a step: its whole time goes to the histogram. */
  public void endStep() {
    if (on) {
      steps.recordValue(Math.clamp(lapStart - stepStart, 1, LONGEST_NANOS));
    }
  }

  /** Time spent in a stage. */
  public long nanos(Stage stage) {
    return nanos[stage.ordinal()];
  }

  /** How often a stage was done. */
  public long hits(Stage stage) {
    return hits[stage.ordinal()];
  }

  /** The times of whole steps: nanoseconds, to two digits. */
  public Histogram steps() {
    return steps;
  }

  /** Forgets all times, steps in the histogram included. */
  public void clear() {
    Arrays.fill(nanos, 0);
    Arrays.fill(hits, 0);
    steps.reset();
  }
}
