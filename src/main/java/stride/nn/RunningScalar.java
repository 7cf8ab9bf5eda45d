package stride.nn;

import java.lang.foreign.Arena;
import stride.memory.DoubleSlab;

/**
 * {@link RunningStatistics} of one number per environment, such as the discounted return that
 * scales rewards.
 *
 * <p>The memory belongs to the arena that was passed. Threads may accumulate into the sums of their
 * own environments; merging is for one thread while no other reads.
 */
public final class RunningScalar {
  private final RunningStatistics statistics;

  /** Statistics of nothing yet: variance 1. */
  public RunningScalar(Arena arena) {
    statistics = new RunningStatistics(arena, 1, LinearLayout.INPUT_ALIGNMENT);
  }

  /** Adds a number to an environment's sums: [N, 2]. */
  public void accumulate(DoubleSlab sums, int environment, double value) {
    long at = 2L * environment;
    double x = value - statistics.mean().get(0);
    sums.set(at, sums.get(at) + x);
    sums.set(at + 1, sums.get(at + 1) + x * x);
  }

  /**
   * Merges the sums of all environments, in their order, and clears them.
   *
   * @param count how many numbers were added to all sums together
   */
  public void merge(DoubleSlab sums, int environments, long count) {
    statistics.merge(sums, environments, count);
  }

  /**
   * What to multiply by to get variance 1: 1 / sqrt(variance + 1e-8), frozen since the last merge.
   */
  public float inverseStd() {
    return statistics.inverseStd().get(0);
  }

  /** The statistics themselves, of size 1, for checkpoints. */
  public RunningStatistics statistics() {
    return statistics;
  }
}
