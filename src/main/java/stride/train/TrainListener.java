package stride.train;

/** Told how a run goes, on its thread: what takes long here slows the run. */
@FunctionalInterface
public interface TrainListener {
  /**
   * An iteration has ended.
   *
   * @param progress what it was like
   * @param timing how long the run has taken, and what comes after it
   */
  void iteration(TrainProgress progress, Timing timing);

  /**
   * Something happened that a user should know.
   *
   * @param line without a line break
   */
  default void note(String line) {}
}
