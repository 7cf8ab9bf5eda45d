package stride.nn;

import java.util.List;

/**
 * The sizes of a multilayer perceptron.
 *
 * @param inputs elements of an input row
 * @param hidden outputs of the hidden layers, first to last; may be empty
 * @param outputs outputs of the last layer, which has no activation
 * @param activation of the hidden layers
 */
public record MlpSpec(int inputs, List<Integer> hidden, int outputs, Activation activation) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is below 1
   */
  public MlpSpec {
    hidden = List.copyOf(hidden);
    if (inputs < 1 || outputs < 1 || hidden.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "inputs=" + inputs + ", hidden=" + hidden + ", outputs=" + outputs + ", required: >= 1");
    }
    if (activation == null) {
      throw new IllegalArgumentException("activation=null");
    }
  }

  /** The number of linear layers, the output layer included. */
  public int layers() {
    return hidden.size() + 1;
  }

  /**
   * Floating-point operations of one row from inputs to outputs: two for each weight. Biases and
   * activations are not counted.
   */
  public long forwardFlop() {
    long weights = 0;
    for (int layer = 0; layer < layers(); layer++) {
      weights += weights(layer);
    }
    return 2 * weights;
  }

  /** The same of one row's gradients: of all weights, and of every input but the first layer's. */
  public long backwardFlop() {
    return 2 * forwardFlop() - 2 * weights(0);
  }

  private long weights(int layer) {
    int from = layer == 0 ? inputs : hidden.get(layer - 1);
    int to = layer == hidden.size() ? outputs : hidden.get(layer);
    return (long) from * to;
  }
}
