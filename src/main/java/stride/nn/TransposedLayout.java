package stride.nn;

import java.util.ArrayList;
import java.util.List;
import stride.memory.FloatSlab;

/**
 * Where the transposed weights of a perceptron lie in a slab of their own, for the backward pass.
 *
 * <pre>
 *   | W1^T [pad(out)][pad(in)] | zeros [pad(in)] | W2^T ... | zeros | ...
 * </pre>
 *
 * <p>The first layer has none: nothing asks for the gradient of observations. The zeros stand where
 * {@link Kernels#linear} wants a bias. Immutable.
 */
public final class TransposedLayout {
  private final MlpLayout mlp;
  private final List<LinearLayout> layers;
  private final long size;

  /** Lays out the transposed weights of a perceptron. */
  public TransposedLayout(MlpLayout mlp) {
    this.mlp = mlp;
    List<LinearLayout> list = new ArrayList<>();
    long at = 0;
    for (int i = 1; i < mlp.layers(); i++) {
      LinearLayout layer = mlp.layer(i);
      long bias = at + (long) layer.outputStride() * layer.inputStride();
      list.add(
          new LinearLayout(
              layer.outputs(),
              layer.outputStride(),
              layer.inputs(),
              layer.inputStride(),
              at,
              bias));
      at = bias + layer.inputStride();
    }
    this.layers = List.copyOf(list);
    this.size = Math.max(at, LinearLayout.ALIGNMENT);
  }

  /** Floats of the slab, all 0 to begin with. */
  public long size() {
    return size;
  }

  /**
   * The layout, in the slab of transposed weights, of a layer whose inputs and outputs are
   * exchanged.
   *
   * @param index of the layer as it runs forward, at least 1
   */
  public LinearLayout layer(int index) {
    return layers.get(index - 1);
  }

  /** Copies all weights to {@code transposed}, [size]. */
  public void update(Kernels kernels, FloatSlab parameters, FloatSlab transposed) {
    for (int i = 1; i < mlp.layers(); i++) {
      kernels.transpose(parameters, mlp.layer(i), transposed, layer(i));
    }
  }
}
