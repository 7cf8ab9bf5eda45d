package stride.nn;

import java.util.List;

/**
 * What the outputs of an actor mean: a diagonal Gaussian, squashed by tanh into the bounds of an
 * action (Haarnoja et al., 2018, appendix C), in the form CleanRL gives it.
 *
 * <pre>
 *   logStd = low + (high - low) / 2 * (tanh(raw) + 1)      low = -5, high = 2
 *   y      = tanh(mean + exp(logStd) * noise)              action = scale * y + bias
 *
 *   log p(action) = sum over k of -noise_k^2 / 2 - logStd_k - log(2 pi) / 2 - log(scale_k (1 - y_k^2) + 1e-6)
 * </pre>
 *
 * <p>Output columns {@code [0, A)} are the means, {@code [A, 2A)} the raw log-stds. Immutable.
 */
public final class SquashedHead {
  /** The smallest logarithm of a standard deviation. */
  public static final float LOG_STD_MIN = -5;

  /** The largest. */
  public static final float LOG_STD_MAX = 2;

  /** Half the way from the smallest to the largest. */
  public static final float LOG_STD_HALF = (LOG_STD_MAX - LOG_STD_MIN) / 2;

  /** What is added to a density that may be 0 before its logarithm is taken. */
  public static final float DENSITY_FLOOR = 1e-6f;

  private final float[] scales; // [A]
  private final float[] biases; // [A]

  /**
   * A head for actions within bounds.
   *
   * @param low the least of each element: [A]
   * @param high the most: [A]
   * @throws IllegalArgumentException if a bound is not finite
   */
  public SquashedHead(List<Float> low, List<Float> high) {
    this.scales = new float[low.size()];
    this.biases = new float[low.size()];
    for (int k = 0; k < scales.length; k++) {
      final float least = low.get(k);
      final float most = high.get(k);
      if (!Float.isFinite(least) || !Float.isFinite(most)) {
        throw new IllegalArgumentException(
            "element %d of an action: low=%s, high=%s, required: finite for algo=sac"
                .formatted(k, least, most));
      }
      scales[k] = (float) (((double) most - least) / 2);
      biases[k] = (float) (((double) most + least) / 2);
    }
  }

  /** A, the elements of an action. */
  public int actions() {
    return scales.length;
  }

  /** How many columns of an output row of the actor are used, from the first on. */
  public int outputs() {
    return 2 * scales.length;
  }

  /** Floats of an output row of the actor. */
  public int outputStride() {
    return LinearLayout.padded(outputs());
  }

  /** Half of what lies between the bounds of an element. */
  public float scale(int element) {
    return scales[element];
  }

  /** The middle between the bounds of an element. */
  public float bias(int element) {
    return biases[element];
  }
}
