package stride.results;

/**
 * An iteration of PPO and the C replay of its rollout, which came right after it.
 *
 * @param rollout what collecting took
 * @param iteration what collecting and learning took
 * @param limit what the replay took; null until then, and for a task without MuJoCo
 * @param allocatedBytes on the Java heap in the iteration, by all threads
 */
public record Pair(Nanos rollout, Nanos iteration, Nanos limit, long allocatedBytes) {
  /**
   * How long a piece of work took.
   *
   * @param wall nanoseconds by the clock on the wall
   * @param cpu nanoseconds of processor time, of all threads
   */
  public record Nanos(long wall, long cpu) {}

  /** The same with its replay. */
  public Pair with(Nanos replay) {
    return new Pair(rollout, iteration, replay, allocatedBytes);
  }
}
