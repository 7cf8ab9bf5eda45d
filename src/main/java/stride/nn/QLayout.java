package stride.nn;

import java.util.ArrayList;
import java.util.List;
import stride.memory.FloatSlab;
import stride.memory.Shape;

/**
 * Where a Q network lies in a flat slab of floats: a perceptron from an observation to a number for
 * each of A actions.
 *
 * <p>A dueling network (Wang et al., 2016) ends in advantages and the state's value. They are the
 * columns of one layer, so that one kernel computes both:
 *
 * <pre>
 *   outputs of a row     | q 0 .. q A-1 | padding |                          plain
 *                        | advantage 0 .. advantage A-1 | value | padding |  dueling
 * </pre>
 *
 * <p>Immutable.
 */
public final class QLayout {
  private static final double HEAD_GAIN = 1;

  private final int actions;
  private final boolean dueling;
  private final MlpLayout mlp;
  private final List<ParameterTensor> tensors;

  /**
   * Lays out a Q network.
   *
   * @param inputs elements of an observation
   * @param hidden outputs of the hidden layers, first to last; may be empty
   * @param actions A
   * @param dueling whether it ends in advantages and a value
   * @param activation of the hidden layers
   * @throws IllegalArgumentException if a size is below 1
   */
  public QLayout(
      int inputs, List<Integer> hidden, int actions, boolean dueling, Activation activation) {
    if (actions < 1) {
      throw new IllegalArgumentException("actions=" + actions + ", required: >= 1");
    }
    this.actions = actions;
    this.dueling = dueling;
    int outputs = dueling ? Math.addExact(actions, 1) : actions;
    MlpSpec spec = new MlpSpec(inputs, hidden, outputs, activation);
    this.mlp = new MlpLayout(spec, dueling ? "trunk" : "q", 0);
    this.tensors = dueling ? withHeads(mlp, actions) : mlp.tensors();
  }

  /** The tensors of a perceptron, with the last layer's parted by columns. */
  private static List<ParameterTensor> withHeads(MlpLayout mlp, int actions) {
    List<ParameterTensor> all = mlp.tensors();
    List<ParameterTensor> parted = new ArrayList<>(all.subList(0, all.size() - 2));
    LinearLayout last = mlp.layer(mlp.layers() - 1);
    addHead(parted, "value", last, actions, 1);
    addHead(parted, "advantage", last, 0, actions);
    return List.copyOf(parted);
  }

  private static void addHead(
      List<ParameterTensor> list, String name, LinearLayout layer, int column, int columns) {
    Shape weight = Shape.of(columns, layer.inputs());
    int row = layer.outputStride();
    list.add(new ParameterTensor(name + ".0.weight", weight, layer.weights() + column, row));
    list.add(new ParameterTensor(name + ".0.bias", Shape.of(columns), layer.bias() + column, row));
  }

  /** All layers; of a dueling network, the last one is both heads. */
  public MlpLayout mlp() {
    return mlp;
  }

  public int actions() {
    return actions;
  }

  public boolean dueling() {
    return dueling;
  }

  /** Floats of the slab, padding included: a multiple of 16. */
  public long size() {
    return mlp.end();
  }

  /** Floats of a row of observations: D rounded up to a multiple of 4. */
  public int inputStride() {
    return mlp.inputStride();
  }

  /**
   * Weight and bias of every layer under PyTorch's names: {@code q.0.weight}, {@code q.0.bias},
   * {@code q.2.weight}, ...; of a dueling network {@code trunk.0.weight}, ..., {@code
   * value.0.weight}, {@code value.0.bias}, {@code advantage.0.weight}, {@code advantage.0.bias}.
   * The order never changes: the place in it numbers their random streams.
   */
  public List<ParameterTensor> tensors() {
    return tensors;
  }

  /**
   * Sets the initial parameters [size]; padding is 0. The same bits on every machine.
   *
   * @throws IllegalArgumentException if the slab is too short
   */
  public void initialize(FloatSlab parameters, long seed, Initialization how) {
    if (parameters.length() < size()) {
      throw new IllegalArgumentException(
          "capacity=" + parameters.length() + ", required=" + size());
    }
    parameters.clear();
    switch (how) {
      case ORTHOGONAL -> InitialParameters.orthogonal(parameters, seed, tensors, this::gain);
      case UNIFORM -> InitialParameters.uniform(parameters, seed, tensors);
    }
  }

  private double gain(ParameterTensor weight) {
    boolean hidden = weight.offset() < mlp.layer(mlp.layers() - 1).weights();
    return hidden ? StrictMath.sqrt(2) : HEAD_GAIN;
  }
}
