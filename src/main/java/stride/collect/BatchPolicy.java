package stride.collect;

/**
 * A policy on a device, which computes actions for a part of the environments while another part is
 * stepped.
 *
 * <pre>
 *   device   infers part 0   infers part 1   infers part 0   ...
 *   host                     steps part 0    steps part 1    ...
 * </pre>
 *
 * <p>Reads and writes the slabs of the rollout that it was made for. Belongs to one thread.
 */
public interface BatchPolicy {
  /** Takes the parameters as they are now, for a whole rollout. */
  void begin();

  /**
   * Starts to answer the observations of a step; the part's rows of them stay untouched until
   * {@link #finish}.
   *
   * @param part 0 or 1
   * @param t step of the rollout; after the last one, only values are wanted
   * @param step env steps that each environment has done before
   */
  void start(int part, int t, long step);

  /**
   * Waits for what was started, and writes the part's actions, log-probabilities and values of the
   * step; after the last one, values alone.
   */
  void finish(int part, int t);
}
