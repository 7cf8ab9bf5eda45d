package stride.nn;

/**
 * Where one linear layer lies in a parameter slab and how its rows look; all counts in floats.
 *
 * <pre>
 *   weights                                    bias
 *   | W[0][0..out) 0.. | W[1][0..out) 0.. | ...  | b[0..out) 0.. |
 *   |&lt; outputStride  &gt;|                          |&lt; outputStride &gt;|
 * </pre>
 *
 * @param inputs columns of x that are used, and rows of W
 * @param inputStride row length of x
 * @param outputs columns of W and y that mean something
 * @param outputStride row length of W and of y, a multiple of {@link #ALIGNMENT}
 * @param weights where W [inputs, outputStride] starts
 * @param bias where b [outputStride] starts
 */
public record LinearLayout(
    int inputs, int inputStride, int outputs, int outputStride, long weights, long bias) {
  /** Rows of weights and activations are multiples of this: one cache line, the widest vector. */
  public static final int ALIGNMENT = 16;

  /** Rows of observations are multiples of this: whole vectors of four, and little padding. */
  public static final int INPUT_ALIGNMENT = 4;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a row is shorter than what it holds, or not aligned
   */
  public LinearLayout {
    if (inputs < 1
        || outputs < 1
        || inputStride < inputs
        || outputStride < outputs
        || outputStride % ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "inputs=%d in rows of %d, outputs=%d in rows of %d, required: >= 1, rows of y a multiple of %d"
              .formatted(inputs, inputStride, outputs, outputStride, ALIGNMENT));
    }
  }

  /** The row length of a padded layer: the next multiple of {@link #ALIGNMENT}. */
  public static int padded(int size) {
    return roundUp(size, ALIGNMENT);
  }

  static int roundUp(int size, int multiple) {
    return Math.multiplyExact(Math.ceilDiv(size, multiple), multiple);
  }
}
