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
   * @param spec its sizes
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

  /**
   * The sizes this is the layout of.
   *
   * @return the spec
   */
  public MlpSpec spec() {
    return spec;
  }

  /**
   * One layer.
   *
   * @param index 0 is the one that reads the input
   * @return its layout
   */
  public LinearLayout layer(int index) {
    return layers.get(index);
  }

  /**
   * How many layers there are.
   *
   * @return at least 1
   */
  public int layers() {
    return layers.size();
  }

  /**
   * The row length of the input.
   *
   * @return inputs rounded up to a multiple of 4, in floats
   */
  public int inputStride() {
    return layers.getFirst().inputStride();
  }

  /**
   * The row length of the output.
   *
   * @return outputs rounded up to a multiple of 16, in floats
   */
  public int outputStride() {
    return layers.getLast().outputStride();
  }

  /**
   * Where the next thing in the slab can start.
   *
   * @return floats from the start of the slab, a multiple of 16
   */
  public long end() {
    return end;
  }

  /**
   * The tensors under PyTorch's names: {@code actor.0.weight}, {@code actor.0.bias}, {@code
   * actor.2.weight}, ... (activations count as modules there, so numbers go up by two).
   *
   * @return weight and bias of every layer, in order
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
