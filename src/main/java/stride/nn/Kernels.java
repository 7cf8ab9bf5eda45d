package stride.nn;

import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/**
 * The arithmetic of networks, in twins: {@code nn.reference} defines it, {@code nn.cpu} is fast.
 *
 * <p>Offsets and strides count elements. Arguments are checked at entry ({@link KernelChecks}): a
 * slab that is too small throws {@link IndexOutOfBoundsException} and nothing is written. Output
 * slabs must not overlap input slabs unless a method says so. Stateless and thread-safe; nothing is
 * allocated. Every row is computed as if it were alone.
 */
public interface Kernels extends OptimizationKernels, ConvolutionKernels {
  /** Floats for each row that {@link #linearGradient} can use as scratch in wide layers. */
  int PANEL = 64;

  Backend backend();

  /**
   * y = x W + b. Every output starts from its bias and adds {@code x[k] * W[k]} for k = 0, 1, ...
   * by fused multiply-add: the twins agree to the bit. Padding columns of y become 0, as those of W
   * and b are, if the row of x is finite.
   *
   * @param x inputs: [rows, layer.inputStride]
   * @param xOffset where row 0 starts
   * @param parameters W and b, where the layer says
   * @param layer sizes and offsets
   * @param y overwritten: [rows, layer.outputStride]
   * @param yOffset where row 0 starts
   * @param rows at least 1
   */
  void linear(
      FloatSlab x,
      long xOffset,
      FloatSlab parameters,
      LinearLayout layer,
      FloatSlab y,
      long yOffset,
      int rows);

  /**
   * Applies an activation to every element, padding included: it maps 0 to 0.
   *
   * @param activation which
   * @param y overwritten in place: [count]
   * @param offset where to start
   * @param count elements, a multiple of 16
   */
  void activate(Activation activation, FloatSlab y, long offset, long count);

  /**
   * Standard normals from random words (Box and Muller, 1958): with {@code u = ((radius >>> 1) +
   * 0.5) / 2^31} in float arithmetic and the angle {@code v = 2 pi (angle >> 8) / 2^24}, the pair
   * is {@code sqrt(-2 log u) cos v} and {@code sqrt(-2 log u) sin v}. No normal exceeds 6.67 in
   * magnitude.
   *
   * @param radiusWords uniform over all ints: [count]
   * @param angleWords uniform over all ints: [count]
   * @param cosines overwritten: [count]
   * @param sines overwritten: [count]
   * @param count pairs, a multiple of 16
   */
  void normals(
      IntSlab radiusWords, IntSlab angleWords, FloatSlab cosines, FloatSlab sines, int count);

  /**
   * Draws {@code action = mean + std * noise} and its log-probability, computed from the noise
   * itself. Element k of row r takes {@code cosines} (k even) or {@code sines} (k odd) at {@code r
   * * head.wordPairs() + k / 2}.
   *
   * @param head sizes, and where the log-std is
   * @param parameters holds the log-std unless it depends on the state
   * @param workspace the actor's outputs and the normals; its scratch is overwritten
   * @param actions overwritten: [rows, A], not padded
   * @param actionsOffset where row 0 starts
   * @param logProbs overwritten: [rows]
   * @param logProbsOffset where row 0 is
   * @param rows at least 1
   */
  void sampleGaussian(
      ActionHead.Gaussian head,
      FloatSlab parameters,
      Workspace workspace,
      FloatSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows);

  /**
   * The log-probability of given actions.
   *
   * @param head sizes, and where the log-std is
   * @param parameters holds the log-std unless it depends on the state
   * @param workspace the actor's outputs; its scratch is overwritten
   * @param actions [rows, A], not padded
   * @param actionsOffset where row 0 starts
   * @param logProbs overwritten: [rows]
   * @param logProbsOffset where row 0 is
   * @param rows at least 1
   */
  void logProbGaussian(
      ActionHead.Gaussian head,
      FloatSlab parameters,
      Workspace workspace,
      FloatSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows);

  /**
   * Draws one of n actions by inversion of the cumulative distribution (Devroye, "Non-Uniform
   * Random Variate Generation", 1986, III.2): the first action whose cumulative probability exceeds
   * {@code u = (word >>> 8) / 2^24}, the word being the first radius word of the row. If a logit is
   * NaN, so is the log-probability.
   *
   * @param head how many actions
   * @param workspace the actor's outputs and the words; its scratch is overwritten
   * @param actions overwritten: [rows]
   * @param actionsOffset where row 0 is
   * @param logProbs overwritten: [rows]
   * @param logProbsOffset where row 0 is
   * @param rows at least 1
   */
  void sampleCategorical(
      ActionHead.Categorical head,
      Workspace workspace,
      IntSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows);

  /**
   * The log-probability of given actions.
   *
   * @param head how many actions
   * @param workspace the actor's outputs; its scratch is overwritten
   * @param actions [rows], each in [0, n)
   * @param actionsOffset where row 0 is
   * @param logProbs overwritten: [rows]
   * @param logProbsOffset where row 0 is
   * @param rows at least 1
   * @throws IndexOutOfBoundsException if an action is not in [0, n)
   */
  void logProbCategorical(
      ActionHead.Categorical head,
      Workspace workspace,
      IntSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows);

  /**
   * Adds rows to their environments' sums: {@code x - mean} and its square, in double precision,
   * about the frozen mean.
   *
   * @param statistics the frozen mean and the sizes
   * @param x rows before {@link #normalize}: [rows, statistics.stride]
   * @param offset where row 0 starts
   * @param sums added to: [N, 2 size], first the sums, then the sums of squares
   * @param firstEnvironment the environment of row 0; row r belongs to r environments further
   * @param rows at least 1
   */
  void accumulate(
      RunningStatistics statistics,
      FloatSlab x,
      long offset,
      DoubleSlab sums,
      int firstEnvironment,
      int rows);

  /**
   * Replaces x by {@code (x - mean) * inverseStd}, clipped to [-10, 10]; padding stays 0.
   *
   * @param statistics the frozen mean and inverse standard deviation
   * @param x overwritten in place: [rows, statistics.stride]
   * @param offset where row 0 starts
   * @param rows at least 1
   */
  void normalize(RunningStatistics statistics, FloatSlab x, long offset, int rows);

  /**
   * The gradient of a linear layer: dW = x^T d, db = the column sums of d. Every element starts
   * from 0 and adds its rows in order, by fused multiply-add in dW: the twins agree to the bit.
   * Padding of the gradient becomes 0 if that of d is, which must be where there is scratch.
   *
   * @param x what the layer read: [rows, layer.inputStride]
   * @param xOffset where row 0 starts
   * @param d gradient of what it put out: [rows, layer.outputStride]
   * @param layer sizes and offsets
   * @param gradients overwritten where the layer's W and b lie in a slab of parameters
   * @param rows at least 1
   * @param scratch left with nothing of meaning, overlaps nothing: with room for [layer.outputs,
   *     layer.inputStride] layers of few outputs take a fraction of the time, and with room for
   *     [rows, {@value #PANEL}] layers of many inputs; null for none
   */
  void linearGradient(
      FloatSlab x,
      long xOffset,
      FloatSlab d,
      LinearLayout layer,
      FloatSlab gradients,
      int rows,
      FloatSlab scratch);

  /**
   * Copies the weights of a layer, transposed: {@link #linear} with them takes the gradient of what
   * the layer put out to that of what it read. Copies only.
   *
   * @param parameters holds W, where the layer says
   * @param layer the layer as it runs forward
   * @param transposed overwritten where {@code backward} says; what pads it stays as it is
   * @param backward the layer with inputs and outputs exchanged, of {@link TransposedLayout}
   */
  void transpose(
      FloatSlab parameters, LinearLayout layer, FloatSlab transposed, LinearLayout backward);

  /**
   * Copies the weights of a convolution, inputs and outputs exchanged for each pixel of the kernel:
   * {@code [kernel, kernel, outputPixel, inputPixel]}. Copies only.
   *
   * @param parameters holds W, where the layer says
   * @param layer whose pixels are multiples of {@link LinearLayout#ALIGNMENT}
   * @param transposed overwritten
   * @param transposedAt where they start
   */
  default void transpose(
      FloatSlab parameters, ConvLayout layer, FloatSlab transposed, long transposedAt) {
    for (int tap = 0; tap < layer.kernel() * layer.kernel(); tap++) {
      transpose(parameters, layer.tap(tap), transposed, layer.transposedTap(tap, transposedAt));
    }
  }

  /**
   * Takes the gradient of an activation's output to that of its input: {@code d (1 - y^2)} for
   * tanh, d or 0 for relu. The twins agree to the bit.
   *
   * @param activation which
   * @param y its outputs: [count] or longer
   * @param d overwritten in place: [count] or longer
   * @param count elements, a multiple of 16
   */
  void activateBackward(Activation activation, FloatSlab y, FloatSlab d, long count);

  /**
   * y = e^x, element by element.
   *
   * @param x inputs
   * @param xOffset where to start
   * @param y overwritten; may be the same slab as x
   * @param yOffset where to start
   * @param count elements, a multiple of 16
   */
  void exp(FloatSlab x, long xOffset, FloatSlab y, long yOffset, long count);

  /**
   * y = log x, element by element.
   *
   * @param x inputs
   * @param xOffset where to start
   * @param y overwritten; may be the same slab as x
   * @param yOffset where to start
   * @param count elements, a multiple of 16
   */
  void log(FloatSlab x, long xOffset, FloatSlab y, long yOffset, long count);

  /**
   * The mean of each row, without noise. Copies only, so the twins share it.
   *
   * @param head sizes
   * @param workspace the actor's outputs
   * @param actions overwritten: [rows, A], not padded
   * @param actionsOffset where row 0 starts
   * @param rows at least 1
   */
  default void modeGaussian(
      ActionHead.Gaussian head,
      Workspace workspace,
      FloatSlab actions,
      long actionsOffset,
      int rows) {
    KernelChecks.rows(actions, actionsOffset, rows, head.actions());
    final FloatSlab means = workspace.actor().last(); // [rows, outputStride]
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < head.actions(); k++) {
        float mean = means.get((long) r * head.outputStride() + k);
        actions.set(actionsOffset + (long) r * head.actions() + k, mean);
      }
    }
  }

  /**
   * The most probable action of each row, the first of equals. Compares only, so the twins share
   * it.
   *
   * @param head how many actions
   * @param workspace the actor's outputs
   * @param actions overwritten: [rows]
   * @param actionsOffset where row 0 is
   * @param rows at least 1
   * @throws ArithmeticException if a logit is NaN, which no action could show
   */
  default void modeCategorical(
      ActionHead.Categorical head,
      Workspace workspace,
      IntSlab actions,
      long actionsOffset,
      int rows) {
    KernelChecks.rows(actions, actionsOffset, rows, 1);
    final FloatSlab logits = workspace.actor().last(); // [rows, outputStride]
    for (int r = 0; r < rows; r++) {
      long row = (long) r * head.outputStride();
      int best = 0;
      for (int k = 0; k < head.actions(); k++) {
        float logit = logits.get(row + k);
        if (Float.isNaN(logit)) {
          throw new ArithmeticException("logit is NaN: row=" + r + ", action=" + k);
        }
        best = logit > logits.get(row + best) ? k : best;
      }
      actions.set(actionsOffset + r, best);
    }
  }
}
