package stride.nn;

import java.util.Objects;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;

/**
 * The checks of arguments that both twins of {@link Kernels} make before they write anything.
 *
 * <p>Each throws {@link IndexOutOfBoundsException} for a slab that is too small and {@link
 * IllegalArgumentException} for a number that makes no sense.
 */
public final class KernelChecks {
  private KernelChecks() {}

  /** Dense rows within a slab. */
  public static void rows(Slab slab, long offset, int rows, int stride) {
    atLeastOne(rows);
    Objects.checkFromIndexSize(offset, (long) rows * stride, slab.length());
  }

  /** Arguments of {@link Kernels#linear}. */
  public static void linear(
      FloatSlab x,
      long xOffset,
      FloatSlab parameters,
      LinearLayout layer,
      FloatSlab y,
      long yOffset,
      int rows) {
    rows(x, xOffset, rows, layer.inputStride());
    rows(parameters, layer.weights(), layer.inputs(), layer.outputStride());
    rows(parameters, layer.bias(), 1, layer.outputStride());
    rows(y, yOffset, rows, layer.outputStride());
  }

  /** Arguments of {@link ConvolutionKernels#convolution}, or of its gradient. */
  public static void convolution(
      FloatSlab x,
      long xOffset,
      FloatSlab parameters,
      ConvLayout layer,
      FloatSlab y,
      long yOffset,
      int images) {
    rows(x, xOffset, images, layer.inputStride());
    rows(parameters, layer.weights(), layer.kernelInputs(), layer.outputPixel());
    rows(parameters, layer.bias(), 1, layer.outputPixel());
    rows(y, yOffset, images, layer.outputStride());
  }

  /** Arguments of {@link ConvolutionKernels#convolutionInputGradient}. */
  public static void convolutionInputGradient(
      FloatSlab d,
      FloatSlab transposed,
      long transposedAt,
      ConvLayout layer,
      FloatSlab dx,
      int images) {
    aligned(layer.inputPixel());
    aligned(layer.inputStride());
    rows(d, 0, images, layer.outputStride());
    Objects.checkFromIndexSize(transposedAt, layer.transposedSize(), transposed.length());
    rows(dx, 0, images, layer.inputStride());
  }

  /** Arguments of {@link ConvolutionKernels#stackFrames}. */
  public static void stackFrames(
      ByteSlab[] frames, long[] offsets, int pixels, FloatSlab out, long outOffset) {
    for (int h = 0; h < frames.length; h++) {
      rows(frames[h], offsets[h], 1, pixels);
    }
    rows(out, outOffset, pixels, frames.length);
  }

  /** Arguments of {@link Kernels#activate}. */
  public static void activate(FloatSlab y, long offset, long count) {
    aligned(count);
    Objects.checkFromIndexSize(offset, count, y.length());
  }

  /** Arguments of {@link Kernels#normals}. */
  public static void normals(
      IntSlab radiusWords, IntSlab angleWords, FloatSlab cosines, FloatSlab sines, int count) {
    aligned(count);
    Objects.checkFromIndexSize(0, count, radiusWords.length());
    Objects.checkFromIndexSize(0, count, angleWords.length());
    Objects.checkFromIndexSize(0, count, cosines.length());
    Objects.checkFromIndexSize(0, count, sines.length());
  }

  /** Arguments of the Gaussian kernels. */
  public static void gaussian(
      ActionHead.Gaussian head,
      FloatSlab parameters,
      Workspace workspace,
      FloatSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    head(head, workspace, rows);
    rows(workspace.cosines(), 0, rows, head.wordPairs());
    rows(workspace.sines(), 0, rows, head.wordPairs());
    if (!head.stateDependent()) {
      rows(parameters, head.logStd(), 1, head.outputStride());
    }
    rows(actions, actionsOffset, rows, head.actions());
    rows(logProbs, logProbsOffset, rows, 1);
  }

  /** Arguments of the categorical kernels. */
  public static void categorical(
      ActionHead.Categorical head,
      Workspace workspace,
      IntSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    head(head, workspace, rows);
    rows(workspace.radiusWords(), 0, rows, head.wordPairs());
    rows(actions, actionsOffset, rows, 1);
    rows(logProbs, logProbsOffset, rows, 1);
  }

  /** Given actions of {@link Kernels#logProbCategorical}. */
  public static void actions(
      ActionHead.Categorical head, IntSlab actions, long actionsOffset, int rows) {
    for (int r = 0; r < rows; r++) {
      Objects.checkIndex(actions.get(actionsOffset + r), head.actions());
    }
  }

  /** Arguments of {@link Kernels#accumulate}. */
  public static void accumulate(
      int size,
      int stride,
      FloatSlab x,
      long offset,
      DoubleSlab sums,
      int firstEnvironment,
      int rows) {
    rows(x, offset, rows, stride);
    rows(sums, 2L * firstEnvironment * size, rows, 2 * size);
  }

  /** Arguments of {@link Kernels#linearGradient}. */
  public static void linearGradient(
      FloatSlab x, long xOffset, FloatSlab d, LinearLayout layer, FloatSlab gradients, int rows) {
    linear(x, xOffset, gradients, layer, d, 0, rows);
  }

  /** Arguments of {@link Kernels#transpose}. */
  public static void transpose(
      FloatSlab parameters, LinearLayout layer, FloatSlab transposed, LinearLayout backward) {
    if (backward.inputs() != layer.outputs() || backward.outputs() != layer.inputs()) {
      throw new IllegalArgumentException(
          "backward=" + backward + ", required: inputs and outputs exchanged of " + layer);
    }
    rows(parameters, layer.weights(), layer.inputs(), layer.outputStride());
    rows(transposed, backward.weights(), layer.outputStride(), backward.outputStride());
  }

  /** Arguments of kernels that go through several slabs element by element. */
  public static void elements(FloatSlab x, long xOffset, FloatSlab y, long yOffset, long count) {
    aligned(count);
    Objects.checkFromIndexSize(xOffset, count, x.length());
    Objects.checkFromIndexSize(yOffset, count, y.length());
  }

  /** Arguments of {@link Kernels#add}. */
  public static void add(FloatSlab x, FloatSlab y, FloatSlab sum) {
    elements(x, 0, sum, 0, sum.length());
    elements(y, 0, sum, 0, sum.length());
  }

  /** Arguments of {@link Kernels#sumOfSquares}. */
  public static void sumOfSquares(FloatSlab x, FloatSlab lanes) {
    aligned(x.length());
    rows(lanes, 0, 1, LinearLayout.ALIGNMENT);
  }

  /** Arguments of {@link Kernels#blockSquares}. */
  public static void blockSquares(FloatSlab x, FloatSlab sums) {
    aligned(x.length());
    final long blocks = Math.ceilDiv(x.length(), OptimizationKernels.SQUARES_BLOCK);
    rows(sums, 0, Math.toIntExact(blocks), LinearLayout.ALIGNMENT);
  }

  private static void head(ActionHead head, Workspace workspace, int rows) {
    rows(workspace.actor().last(), 0, rows, head.outputStride());
    Objects.checkFromIndexSize(0, head.scratchLength(rows), workspace.scratch().length());
  }

  private static void atLeastOne(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("rows=" + rows + ", required: >= 1");
    }
  }

  private static void aligned(long count) {
    if (count < 0 || count % LinearLayout.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "count=" + count + ", required: a multiple of " + LinearLayout.ALIGNMENT);
    }
  }
}
