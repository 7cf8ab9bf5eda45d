package stride.nn;

import java.util.ArrayList;
import java.util.List;
import stride.memory.Shape;

/**
 * Where the weights of one multilayer perceptron lie in a flat slab of floats, behind those of the
 * convolutions that it sees images through, if any.
 *
 * <pre>
 *   start                                                                        end
 *   | W0 [in][pad(h0)] | b0 [pad(h0)] | W1 [h0][pad(h1)] | b1 [pad(h1)] | ... | b |
 *   ^ cache line       ^ cache line   ^ cache line
 *
 *   x [rows, inputStride] -> W0, b0 -> activation -> W1, b1 -> activation -> ... -> y [rows, pad(out)]
 * </pre>
 *
 * <p>A trunk ends with an activation, all others with a layer that has none.
 *
 * <p>{@code pad} rounds up to 16 floats, whatever the machine's vectors, so slabs and results are
 * the same everywhere. Padding starts as 0 and every kernel keeps it so. Immutable.
 */
public final class MlpLayout {
  private final ChainSpec chain;
  private final List<ConvLayout> convolutions;
  private final List<LinearLayout> layers;
  private final int activated; // layers
  private final long end;

  /**
   * Lays out a perceptron of its own.
   *
   * @param name prefix of its tensors' names, for example {@code actor}
   * @param start where it starts in the slab, in floats, a multiple of 16
   * @throws IllegalArgumentException if start is negative or not aligned
   */
  public MlpLayout(MlpSpec spec, String name, long start) {
    this(ChainSpec.of(name, new ChainInput.Observation(spec.inputs()), spec), start);
  }

  /** Lays out a chain of a network. */
  MlpLayout(ChainSpec chain, long start) {
    if (start < 0 || start % LinearLayout.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "start=" + start + ", required: a multiple of " + LinearLayout.ALIGNMENT);
    }
    this.chain = chain;
    final MlpSpec spec = chain.sizes();
    this.activated = spec.hidden().size();
    this.convolutions = spec.convolutions().layouts(start);
    final ChainInput read = convolutions.isEmpty() ? chain.input() : spec.convolutions().features();
    List<LinearLayout> list = new ArrayList<>();
    int inputs = read.elements();
    int inputStride = read.stride();
    long at =
        convolutions.isEmpty()
            ? start
            : convolutions.getLast().bias() + convolutions.getLast().outputPixel();
    for (int i = 0; i < spec.layers(); i++) {
      int outputs = i < activated ? spec.hidden().get(i) : spec.outputs();
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

  /** Its name in a network. */
  public String name() {
    return chain.name();
  }

  /** What it reads. */
  public ChainInput input() {
    return chain.input();
  }

  public MlpSpec spec() {
    return chain.sizes();
  }

  /** The convolutions, the first of which reads the input; none if it is no image. */
  public List<ConvLayout> convolutions() {
    return convolutions;
  }

  /** The layout of a linear layer; 0 reads the input, or what the convolutions put out. */
  public LinearLayout layer(int index) {
    return layers.get(index);
  }

  public int layers() {
    return layers.size();
  }

  /** How many layers have an activation: all but the last one, and of a trunk all. */
  public int activated() {
    return activated;
  }

  /** Floats of an input row: the inputs rounded up to a multiple of 4, at least. */
  public int inputStride() {
    return convolutions.isEmpty()
        ? layers.getFirst().inputStride()
        : convolutions.getFirst().inputStride();
  }

  /** Floats of an output row: the outputs rounded up to a multiple of 16. */
  public int outputStride() {
    return layers.getLast().outputStride();
  }

  /** Where it starts: floats from the start of the slab, a multiple of 16. */
  public long start() {
    return convolutions.isEmpty() ? layers.getFirst().weights() : convolutions.getFirst().weights();
  }

  /** Where the next thing in the slab can start: floats from its start, a multiple of 16. */
  public long end() {
    return end;
  }

  /**
   * Weight and bias of every layer, in order, under PyTorch's names: {@code actor.0.weight}, {@code
   * actor.0.bias}, {@code actor.2.weight}, ...; of several heads each has its own.
   */
  public List<ParameterTensor> tensors() {
    List<ParameterTensor> tensors = new ArrayList<>();
    for (int i = 0; i < convolutions.size(); i++) {
      add(tensors, chain.modules().get(i), convolutions.get(i));
    }
    for (int i = 0; i < activated; i++) {
      add(tensors, chain.modules().get(convolutions.size() + i), i, 0, layers.get(i).outputs());
    }
    for (ChainSpec.Head head : chain.heads()) {
      add(tensors, head.module(), layers.size() - 1, head.column(), head.columns());
    }
    return List.copyOf(tensors);
  }

  private static void add(List<ParameterTensor> list, String module, ConvLayout layer) {
    int kernel = layer.kernel();
    InputOrder order = new InputOrder(layer.channels(), kernel * kernel, layer.inputPixel());
    Shape shape = Shape.of(layer.outputs(), layer.channels(), kernel, kernel);
    int row = layer.outputPixel();
    list.add(new ParameterTensor(module + ".weight", shape, layer.weights(), row, order));
    list.add(new ParameterTensor(module + ".bias", Shape.of(layer.outputs()), layer.bias(), row));
  }

  private void add(List<ParameterTensor> list, String module, int index, int column, int columns) {
    LinearLayout layer = layers.get(index);
    InputOrder order = index == 0 ? order() : InputOrder.same(layer.inputs());
    Shape weight = Shape.of(columns, order.inputs());
    Shape bias = Shape.of(columns);
    int row = layer.outputStride();
    list.add(new ParameterTensor(module + ".weight", weight, layer.weights() + column, row, order));
    list.add(new ParameterTensor(module + ".bias", bias, layer.bias() + column, row));
  }

  /** Of what the first linear layer reads. */
  private InputOrder order() {
    if (convolutions.isEmpty()) {
      return InputOrder.same(chain.sizes().inputs());
    }
    ChainInput.Features features = chain.sizes().convolutions().features();
    return new InputOrder(features.channels(), features.pixels(), features.pixel());
  }

  /** What an orthogonal weight of this chain is multiplied by. */
  double gain(ParameterTensor weight) {
    boolean head = activated < layers.size() && weight.offset() >= layers.getLast().weights();
    return head ? chain.headGain() : StrictMath.sqrt(2);
  }
}
