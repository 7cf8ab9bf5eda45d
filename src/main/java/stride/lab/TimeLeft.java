package stride.lab;

/** Guesses when work will be over: by what was expected, then by how long its parts really took. */
final class TimeLeft {
  private final long start = System.nanoTime();
  private final double expectedSeconds;
  private double doneSeconds;

  /** Begins now. */
  TimeLeft(double expectedSeconds) {
    this.expectedSeconds = expectedSeconds;
  }

  /** Counts a part as done. */
  void done(double itsExpectedSeconds) {
    doneSeconds += itsExpectedSeconds;
  }

  String words() {
    return words((System.nanoTime() - start) / 1e9);
  }

  String words(double elapsedSeconds) {
    double pace = doneSeconds == 0 ? 1 : elapsedSeconds / doneSeconds;
    double seconds = Math.max(0, pace * (expectedSeconds - doneSeconds));
    return seconds < 90
        ? "about %.0f s left".formatted(seconds)
        : "about %.0f min left".formatted(seconds / 60);
  }
}
