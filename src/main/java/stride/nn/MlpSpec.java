package stride.nn;

import java.util.List;

/**
 * The sizes of a multilayer perceptron, and of the convolutions that it sees images through.
 *
 * @param inputs elements of an input row
 * @param convolutions before the perceptron; {@link ConvStack#NONE} if its input are no images
 * @param hidden outputs of the hidden layers, first to last; may be empty
 * @param outputs outputs of the last layer, which has no activation; 0 if there is none, so that
 *     the last hidden layer is the end: a trunk, which other perceptrons read
 * @param activation of the convolutions and of the hidden layers
 */
public record MlpSpec(
    int inputs, ConvStack convolutions, List<Integer> hidden, int outputs, Activation activation) {
  /** Sizes without images. */
  public MlpSpec(int inputs, List<Integer> hidden, int outputs, Activation activation) {
    this(inputs, ConvStack.NONE, hidden, outputs, activation);
  }

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is below 1, there is no layer, or an input row is no
   *     image
   */
  public MlpSpec {
    hidden = List.copyOf(hidden);
    int fewest = hidden.isEmpty() ? 1 : 0;
    if (inputs < 1 || outputs < fewest || hidden.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "inputs=%d, hidden=%s, outputs=%d, required: >= 1, outputs of a trunk 0"
              .formatted(inputs, hidden, outputs));
    }
    if (activation == null) {
      throw new IllegalArgumentException("activation=null");
    }
    if (!convolutions.isNone() && convolutions.inputs() != inputs) {
      throw new IllegalArgumentException(
          "inputs=%d, required: %d of %s".formatted(inputs, convolutions.inputs(), convolutions));
    }
  }

  /** What the first linear layer reads, in floats. */
  int linearInputs() {
    return convolutions.isNone() ? inputs : convolutions.features().elements();
  }

  /** The number of linear layers, the output layer included. */
  public int layers() {
    return outputs == 0 ? hidden.size() : hidden.size() + 1;
  }

  /** What the last layer puts out: the outputs, or the last hidden layer of a trunk. */
  public int width() {
    return outputs == 0 ? hidden.getLast() : outputs;
  }

  /** The hidden layers alone, for others to read. */
  public MlpSpec trunk() {
    return new MlpSpec(inputs, convolutions, hidden, 0, activation);
  }

  /** The last layer alone, which reads the last hidden one. */
  public MlpSpec head() {
    return new MlpSpec(hidden.getLast(), List.of(), outputs, activation);
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
    return 2 * weights + (convolutions.isNone() ? 0 : convolutions.forwardFlop());
  }

  /** The same of one row's gradients: of all weights, and of every input but the first layer's. */
  public long backwardFlop() {
    return 2 * forwardFlop() - (convolutions.isNone() ? 2 * weights(0) : convolutions.firstFlop());
  }

  private long weights(int layer) {
    int from = layer == 0 ? linearInputs() : hidden.get(layer - 1);
    int to = layer == hidden.size() ? outputs : hidden.get(layer);
    return (long) from * to;
  }
}
