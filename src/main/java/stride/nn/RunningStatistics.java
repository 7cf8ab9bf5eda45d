package stride.nn;

import java.lang.foreign.Arena;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;

/**
 * The running mean and variance of observations, and the frozen floats that normalise them.
 *
 * <p>Within a rollout mean and inverse standard deviation are frozen; {@link Kernels#accumulate}
 * adds up what each environment shows. Between rollouts {@link #merge} adds the environments in
 * their order, so the result does not depend on how they were shared among threads. Merging is
 * Chan's parallel update (Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for
 * computing sample variances", 1979), started from mean 0, variance 1, count 1e-4 as Gymnasium
 * does.
 *
 * <p>The memory belongs to the arena that was passed. Merging is for one thread while no other
 * reads.
 */
public final class RunningStatistics {
  /** Normalised values are clipped to [-CLIP, CLIP]. */
  public static final float CLIP = 10;

  private static final double EPSILON = 1e-8;
  private static final double FIRST_COUNT = 1e-4;

  private final int size;
  private final int stride;
  private final DoubleSlab state; // [2 size + 1]: mean, variance, count
  private final FloatSlab mean; // [stride]
  private final FloatSlab inverseStd; // [stride]

  /**
   * Statistics of nothing yet: normalising with them changes almost nothing.
   *
   * @param stride row length of observations, at least {@code size}, a multiple of 4
   * @throws IllegalArgumentException if size or stride make no sense
   */
  public RunningStatistics(Arena arena, int size, int stride) {
    if (size < 1 || stride < size || stride % LinearLayout.INPUT_ALIGNMENT != 0) {
      throw new IllegalArgumentException("size=" + size + ", stride=" + stride);
    }
    this.size = size;
    this.stride = stride;
    this.state = DoubleSlab.allocate(arena, 2L * size + 1);
    this.mean = FloatSlab.allocate(arena, stride);
    this.inverseStd = FloatSlab.allocate(arena, stride);
    for (int k = 0; k < size; k++) {
      state.set(size + k, 1);
    }
    state.set(2L * size, FIRST_COUNT);
    freeze();
  }

  /** D, the elements of an observation. */
  public int size() {
    return size;
  }

  /** Floats of a row of observations. */
  public int stride() {
    return stride;
  }

  /** The frozen mean: [stride], padding 0. */
  public FloatSlab mean() {
    return mean;
  }

  /** The frozen 1 / sqrt(variance + 1e-8): [stride], padding 0. */
  public FloatSlab inverseStd() {
    return inverseStd;
  }

  /**
   * All that a checkpoint needs: [2 size + 1], mean, variance, count. After changing it call {@link
   * #freeze}.
   */
  public DoubleSlab state() {
    return state;
  }

  /** How many rows have been merged, and the 1e-4 of the start. */
  public double count() {
    return state.get(2L * size);
  }

  /**
   * Merges the sums of all environments, clears them, and freezes the new mean and deviation.
   *
   * @param sums about the frozen mean: [N, 2 size]; read in order, set to 0
   * @param rows how many rows were added to all sums together; if 0 nothing changes
   */
  public void merge(DoubleSlab sums, int environments, long rows) {
    KernelChecks.rows(sums, 0, environments, 2 * size);
    if (rows == 0) {
      return;
    }
    for (int k = 0; k < size; k++) {
      double sum = 0;
      double squares = 0;
      for (int n = 0; n < environments; n++) {
        long at = 2L * n * size + k;
        sum += sums.get(at);
        squares += sums.get(at + size);
      }
      mergeElement(k, sum / rows, squares / rows, (double) rows);
    }
    state.set(2L * size, count() + rows);
    sums.clear();
    freeze();
  }

  /**
   * Merges one element, whose rows have these means of {@code x - frozen mean} and of its square.
   */
  private void mergeElement(int k, double shift, double square, double rows) {
    double variance = Math.max(square - shift * shift, 0); // rounding may leave it below 0
    double oldMean = state.get(k);
    double oldVariance = state.get(size + k);
    double oldCount = count();
    double total = oldCount + rows;
    double delta = mean.get(k) + shift - oldMean;
    double between = delta * delta * oldCount * rows / total;
    state.set(k, oldMean + delta * rows / total);
    state.set(size + k, (oldVariance * oldCount + variance * rows + between) / total);
  }

  /** Recomputes the frozen floats from {@link #state}. */
  public void freeze() {
    for (int k = 0; k < size; k++) {
      mean.set(k, (float) state.get(k));
      inverseStd.set(k, (float) (1 / Math.sqrt(state.get(size + k) + EPSILON)));
    }
  }
}
