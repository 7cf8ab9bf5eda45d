package stride.nn;

import java.util.List;
import stride.memory.FloatSlab;

/**
 * Where a Q network lies in a flat slab of floats: one chain from an observation to a number for
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
  private final int actions;
  private final boolean dueling;
  private final NetworkLayout network;
  private final MlpLayout mlp;

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
    this(inputs, ConvStack.NONE, hidden, actions, dueling, activation);
  }

  /**
   * Lays out a Q network that may see images.
   *
   * @param inputs elements of an observation
   * @param convolutions before the hidden layers; {@link ConvStack#NONE} if it is no image
   * @param hidden outputs of the hidden layers, first to last; may be empty
   * @param actions A
   * @param dueling whether it ends in advantages and a value
   * @param activation of the convolutions and hidden layers
   * @throws IllegalArgumentException if a size is below 1, or the image is not as large as an
   *     observation
   */
  public QLayout(
      int inputs,
      ConvStack convolutions,
      List<Integer> hidden,
      int actions,
      boolean dueling,
      Activation activation) {
    if (actions < 1) {
      throw new IllegalArgumentException("actions=" + actions + ", required: >= 1");
    }
    this.actions = actions;
    this.dueling = dueling;
    int outputs = dueling ? Math.addExact(actions, 1) : actions;
    MlpSpec sizes = new MlpSpec(inputs, convolutions, hidden, outputs, activation);
    ChainSpec chain =
        ChainSpec.of(dueling ? "trunk" : "q", new ChainInput.Observation(inputs), sizes);
    this.network = new NetworkLayout(List.of(dueling ? parted(chain, actions) : chain), List.of());
    this.mlp = network.chains().getFirst();
  }

  private static ChainSpec parted(ChainSpec chain, int actions) {
    return chain.withHeads(
        new ChainSpec.Head("value.0", actions, 1), new ChainSpec.Head("advantage.0", 0, actions));
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
    return network.size();
  }

  /** Floats of a row of observations: D rounded up to a multiple of 4. */
  public int inputStride() {
    return mlp.inputStride();
  }

  /**
   * Weight and bias of every layer under PyTorch's names: {@code q.0.weight}, {@code q.0.bias},
   * {@code q.2.weight}, ...; of a dueling network {@code trunk.0.weight}, ..., {@code
   * value.0.weight}, {@code value.0.bias}, {@code advantage.0.weight}, {@code advantage.0.bias}.
   */
  public List<ParameterTensor> tensors() {
    return network.tensors();
  }

  /**
   * Sets the initial parameters [size]; padding is 0. The same bits on every machine.
   *
   * @throws IllegalArgumentException if the slab is too short
   */
  public void initialize(FloatSlab parameters, long seed, Initialization how) {
    network.initialize(parameters, seed, how);
  }
}
