package stride.train;

/** Told how a run goes, on its thread: what takes long here slows the run. */
@FunctionalInterface
public interface TrainListener {
  /**
   * An iteration has ended.
   *
   * @param progress what it was like
   * @param left what comes after it
   */
  void iteration(TrainProgress progress, Remaining left);

  /**
   * Something happened that a user should know.
   *
   * @param line without a line break
   */
  default void note(String line) {}
}
