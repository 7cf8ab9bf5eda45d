package stride.lab.process;

/** Guesses when work will be over: by what was expected, then by how long its parts really took. */
public final class TimeLeft {
  private final long start = System.nanoTime();
  private final double expectedSeconds;
  private double doneSeconds;

  /**
   * Begins now.
   *
   * @param expectedSeconds of all parts, or their number where no time is known yet
   */
  public TimeLeft(double expectedSeconds) {
    this.expectedSeconds = expectedSeconds;
  }

  /**
   * Counts a part as done.
   *
   * @param itsExpectedSeconds its part of what was expected of all
   */
  public void done(double itsExpectedSeconds) {
    doneSeconds += itsExpectedSeconds;
  }

  /** The guess: for example {@code about 12 min left}. */
  public String words() {
    return words((System.nanoTime() - start) / 1e9);
  }

  public String words(double elapsedSeconds) {
    double pace = doneSeconds == 0 ? 1 : elapsedSeconds / doneSeconds;
    double seconds = Math.max(0, pace * (expectedSeconds - doneSeconds));
    return seconds < 90
        ? "about %.0f s left".formatted(seconds)
        : "about %.0f min left".formatted(seconds / 60);
  }
}
