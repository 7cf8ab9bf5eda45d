package stride.nn;

import stride.memory.FloatSlab;

/**
 * The part of {@link Kernels} that goes through whole slabs of parameters: sums of gradients, their
 * norm, the optimisers' steps, and parameters that follow others. What is said there holds here.
 * The twins agree to the bit.
 */
public interface OptimizationKernels {
  /**
   * What {@link #dropTiny} takes for nothing: far below any moment that moves a parameter, and so
   * far above the denormal numbers, which take a hundred times as long to compute with, that a
   * moment needs a thousand steps from here to there.
   */
  float TINY = 1e-30f;

  /** Elements that {@link #sumOfSquares} adds up in single precision. */
  int SQUARES_BLOCK = 1024;

  /**
   * Adds two slabs, element by element.
   *
   * @param x as long as the sum
   * @param y as long as the sum
   * @param sum overwritten; may be x or y, its length is a multiple of 16
   */
  void add(FloatSlab x, FloatSlab y, FloatSlab sum);

  /**
   * The sum of squares. Within blocks of {@link #SQUARES_BLOCK} elements, 16 sums in single
   * precision take every 16th element each; they are added in order in double precision, for any
   * length of vectors.
   *
   * @param x whole slab, its length a multiple of 16
   * @param lanes overwritten: [16], room for the 16 sums
   * @return the sum, not finite if an element is not
   */
  double sumOfSquares(FloatSlab x, FloatSlab lanes);

  /**
   * What {@link #sumOfSquares} adds up: the 16 sums of every block. So whole blocks can be shared
   * out, and their sums be added in order afterwards.
   *
   * @param x whole slab, its length a multiple of 16
   * @param sums overwritten: [blocks, 16], the last block as short as it is
   */
  void blockSquares(FloatSlab x, FloatSlab sums);

  /**
   * Adds up what {@link #blockSquares} found: what {@link #sumOfSquares} would give, to the bit.
   * The twins share it.
   *
   * @param sums of all blocks in order: [blocks, 16]
   * @return the sum, not finite if an element is not
   */
  default double total(FloatSlab sums) {
    double total = 0;
    for (long i = 0; i < sums.length(); i++) {
      total += sums.get(i);
    }
    return total;
  }

  /**
   * One step of Adam (Kingma and Ba, 2015), in place, in the form PyTorch gives it.
   *
   * <pre>
   *   g = scale * gradient      mean += (1 - beta1) (g - mean)      square = beta2 square + (1 - beta2) g^2
   *   parameter -= step * mean / (sqrt(square) * root + eps)
   * </pre>
   *
   * @param adam the factors of this step
   * @param parameters overwritten
   * @param gradients of the same length
   * @param means overwritten, of the same length
   * @param squares overwritten, of the same length
   * @param offset where to start
   * @param count elements, a multiple of 16
   */
  void adam(
      Adam adam,
      FloatSlab parameters,
      FloatSlab gradients,
      FloatSlab means,
      FloatSlab squares,
      long offset,
      long count);

  /**
   * One step of RMSprop (Tieleman and Hinton, 2012), in place, in the form PyTorch gives it without
   * momentum: eps is outside the root.
   *
   * <pre>
   *   g = scale * gradient      square = alpha square + (1 - alpha) g^2
   *   parameter -= rate * g / (sqrt(square) + eps)
   * </pre>
   *
   * @param rule the factors of this step
   * @param parameters overwritten
   * @param gradients of the same length
   * @param squares overwritten, of the same length
   * @param offset where to start
   * @param count elements, a multiple of 16
   */
  void rmsProp(
      RmsProp rule,
      FloatSlab parameters,
      FloatSlab gradients,
      FloatSlab squares,
      long offset,
      long count);

  /**
   * One step of gradient descent, in place: {@code parameter -= scale * gradient}, by one fused
   * multiply-add.
   *
   * @param scale the learning rate times what clips the norm
   * @param parameters overwritten
   * @param gradients of the same length
   * @param offset where to start
   * @param count elements, a multiple of 16
   */
  void sgd(float scale, FloatSlab parameters, FloatSlab gradients, long offset, long count);

  /**
   * Moves a share of the way to other parameters, in place: {@code target += tau (source -
   * target)}, by one fused multiply-add of the rounded difference. A tau of 1 copies exactly.
   *
   * @param target overwritten
   * @param source of the same length
   * @param tau the share
   * @param offset where to start
   * @param count elements, a multiple of 16
   */
  void lerp(FloatSlab target, FloatSlab source, float tau, long offset, long count);

  /**
   * Sets elements closer to 0 than {@link #TINY} to 0, in place; what is not a number stays.
   *
   * @param x overwritten
   * @param offset where to start
   * @param count elements, a multiple of 16
   */
  void dropTiny(FloatSlab x, long offset, long count);
}
