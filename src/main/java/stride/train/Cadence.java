package stride.train;

import java.util.concurrent.TimeUnit;
import stride.files.WholeNumbers;

/** How often something is done between two iterations of a run. */
public sealed interface Cadence {
  /** What {@link #parse} takes, for help and errors. */
  String RANGE = "env steps >= 1, or seconds in [1, 86400] with the suffix s";

  /** What follows a number of seconds. */
  String SECONDS = "s";

  /**
   * Whether it is time.
   *
   * @param iteration that has just ended; the first is 1
   * @param envStepsPerIteration the same for every iteration
   * @param nanosSince what has passed since it was done last, or since the sitting began
   * @return whether to do it now
   */
  boolean isDue(long iteration, long envStepsPerIteration, long nanosSince);

  /**
   * Whenever so many env steps are done, counted from the beginning of the run: the same for every
   * machine, and for every way to divide a run into sittings.
   *
   * @param envSteps rounded up to whole iterations
   */
  record EverySteps(long envSteps) implements Cadence {
    /** Checks the number. */
    public EverySteps {
      require(envSteps >= 1, Long.toString(envSteps));
    }

    @Override
    public boolean isDue(long iteration, long envStepsPerIteration, long nanosSince) {
      return iteration % Math.ceilDiv(envSteps, envStepsPerIteration) == 0;
    }
  }

  /**
   * Whenever so much wall time has passed: another iteration on another machine.
   *
   * @param seconds at the end of the first iteration by which they are over
   */
  record EverySeconds(long seconds) implements Cadence {
    private static final long MOST = TimeUnit.DAYS.toSeconds(1);

    /** Checks the number. */
    public EverySeconds {
      require(seconds >= 1 && seconds <= MOST, seconds + SECONDS);
    }

    @Override
    public boolean isDue(long iteration, long envStepsPerIteration, long nanosSince) {
      return nanosSince >= TimeUnit.SECONDS.toNanos(seconds);
    }
  }

  /**
   * Reads what a user wrote.
   *
   * @param text {@code 163840} for env steps, {@code 60s} for seconds
   * @return the cadence
   * @throws IllegalArgumentException naming the text and what it may be
   */
  static Cadence parse(String text) {
    boolean inSeconds = text.endsWith(SECONDS);
    long number =
        WholeNumbers.of(inSeconds ? text.substring(0, text.length() - 1) : text)
            .filter(whole -> whole.bitLength() < Long.SIZE)
            .orElseThrow(() -> outside(text))
            .longValueExact();
    return inSeconds ? new EverySeconds(number) : new EverySteps(number);
  }

  private static void require(boolean holds, String text) {
    if (!holds) {
      throw outside(text);
    }
  }

  private static IllegalArgumentException outside(String text) {
    return new IllegalArgumentException("%s, required: %s".formatted(text, RANGE));
  }
}
