package stride.nn;

import java.util.ArrayList;
import java.util.List;
import stride.memory.Shape;

/**
 * Where the weights of one multilayer perceptron lie in a flat slab of floats.
 *
 * <pre>
 *   start                                                                        end
 *   | W0 [in][pad(h0)] | b0 [pad(h0)] | W1 [h0][pad(h1)] | b1 [pad(h1)] | ... | b |
 *   ^ cache line       ^ cache line   ^ cache line
 *
 *   x [rows, inputStride] -> W0, b0 -> activation -> W1, b1 -> activation -> ... -> y [rows, pad(out)]
 * </pre>
 *
 * <p>{@code pad} rounds up to 16 floats, whatever the machine's vectors, so slabs and results are
 * the same everywhere. Padding starts as 0 and every kernel keeps it so. Immutable.
 */
public final class MlpLayout {
  private final MlpSpec spec;
  private final String name;
  private final List<LinearLayout> layers;
  private final long end;

  /**
   * Lays out a perceptron.
   *
   * @param name prefix of its tensors' names, for example {@code actor}
   * @param start where it starts in the slab, in floats, a multiple of 16
   * @throws IllegalArgumentException if start is negative or not aligned
   */
  public MlpLayout(MlpSpec spec, String name, long start) {
    if (start < 0 || start % LinearLayout.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "start=" + start + ", required: a multiple of " + LinearLayout.ALIGNMENT);
    }
    this.spec = spec;
    this.name = name;
    List<LinearLayout> list = new ArrayList<>();
    int inputs = spec.inputs();
    int inputStride = LinearLayout.roundUp(inputs, LinearLayout.INPUT_ALIGNMENT);
    long at = start;
    for (int i = 0; i < spec.layers(); i++) {
      int outputs = i < spec.hidden().size() ? spec.hidden().get(i) : spec.outputs();
      int outputStride = LinearLayout.padded(outputs);
      long bias = at + (long) inputs * outputStride;
      list.add(new LinearLayout(inputs, inputStride, outputs, outputStride, at, bias));
      at = bias + outputStride;
      inputs = outputs;
      inputStride = outputStride;
    }
    this.layers = List.copyOf(list);
    this.end = at;
  }

  public MlpSpec spec() {
    return spec;
  }

  /** The layout of a layer; 0 reads the input. */
  public LinearLayout layer(int index) {
    return layers.get(index);
  }

  public int layers() {
    return layers.size();
  }

  /** Floats of an input row: the inputs rounded up to a multiple of 4. */
  public int inputStride() {
    return layers.getFirst().inputStride();
  }

  /** Floats of an output row: the outputs rounded up to a multiple of 16. */
  public int outputStride() {
    return layers.getLast().outputStride();
  }

  /** Where the next thing in the slab can start: floats from its start, a multiple of 16. */
  public long end() {
    return end;
  }

  /**
   * Weight and bias of every layer, in order, under PyTorch's names: {@code actor.0.weight}, {@code
   * actor.0.bias}, {@code actor.2.weight}, ... Activations count as modules there, so numbers go up
   * by two.
   */
  public List<ParameterTensor> tensors() {
    List<ParameterTensor> tensors = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      LinearLayout layer = layers.get(i);
      String module = name + "." + 2 * i;
      Shape weight = Shape.of(layer.outputs(), layer.inputs());
      Shape bias = Shape.of(layer.outputs());
      int row = layer.outputStride();
      tensors.add(new ParameterTensor(module + ".weight", weight, layer.weights(), row));
      tensors.add(new ParameterTensor(module + ".bias", bias, layer.bias(), row));
    }
    return List.copyOf(tensors);
  }
}
