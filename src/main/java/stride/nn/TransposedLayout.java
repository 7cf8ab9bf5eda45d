package stride.nn;

import java.util.ArrayList;
import java.util.List;
import stride.memory.FloatSlab;

/**
 * Where the transposed weights of a perceptron lie in a slab of their own, for the backward pass.
 *
 * <pre>
 *   | W1^T [pad(out)][pad(in)] | zeros [pad(in)] | W2^T ... | zeros | ... | convolutions from the second on
 * </pre>
 *
 * <p>The first layer is there only if asked for, by whom the gradient of the perceptron's input
 * concerns: an action, or what another perceptron put out. Of observations nobody asks. The zeros
 * stand where {@link Kernels#linear} wants a bias. Immutable.
 */
public final class TransposedLayout {
  private final MlpLayout mlp;
  private final int first; // layer
  private final List<LinearLayout> layers;
  private final List<Long> convolutions; // where each begins; the first is not there
  private final long size;

  /** Lays out the transposed weights of a perceptron, all but those of its first layer. */
  public TransposedLayout(MlpLayout mlp) {
    this(mlp, mlp.convolutions().isEmpty() ? 1 : 0); // convolutions ask for what they put out
  }

  private TransposedLayout(MlpLayout mlp, int first) {
    this.mlp = mlp;
    this.first = first;
    List<LinearLayout> list = new ArrayList<>();
    long at = 0;
    for (int i = first; i < mlp.layers(); i++) {
      LinearLayout layer = mlp.layer(i);
      int row = LinearLayout.padded(layer.inputs());
      long bias = at + (long) layer.outputStride() * row;
      list.add(
          new LinearLayout(layer.outputs(), layer.outputStride(), layer.inputs(), row, at, bias));
      at = bias + row;
    }
    this.layers = List.copyOf(list);
    List<Long> starts = new ArrayList<>();
    for (ConvLayout convolution : mlp.convolutions()) {
      starts.add(at);
      at += starts.size() == 1 ? 0 : convolution.transposedSize();
    }
    this.convolutions = List.copyOf(starts);
    this.size = Math.max(at, LinearLayout.ALIGNMENT);
  }

  /** Lays out the transposed weights of all layers, so that the input has a gradient. */
  public static TransposedLayout withFirst(MlpLayout mlp) {
    return new TransposedLayout(mlp, 0);
  }

  /**
   * Lays out what the gradients of a chain take: with the first layer's weights where it reads
   * another chain, which wants the gradient of what it put out.
   */
  public static TransposedLayout of(MlpLayout chain) {
    return chain.input() instanceof ChainInput.Output
        ? withFirst(chain)
        : new TransposedLayout(chain);
  }

  /** Floats of the slab, all 0 to begin with. */
  public long size() {
    return size;
  }

  /**
   * The layout, in the slab of transposed weights, of a layer whose inputs and outputs are
   * exchanged.
   *
   * @param index of the layer as it runs forward, at least 1 if the first is not there
   */
  public LinearLayout layer(int index) {
    return layers.get(index - first);
  }

  /** Where the transposed weights of a convolution start, of any but the first. */
  long convolution(int index) {
    return convolutions.get(index);
  }

  /** Copies all weights to {@code transposed}, [size]. */
  public void update(Kernels kernels, FloatSlab parameters, FloatSlab transposed) {
    for (int i = first; i < mlp.layers(); i++) {
      kernels.transpose(parameters, mlp.layer(i), transposed, layer(i));
    }
    for (int i = 1; i < convolutions.size(); i++) {
      kernels.transpose(parameters, mlp.convolutions().get(i), transposed, convolutions.get(i));
    }
  }
}
