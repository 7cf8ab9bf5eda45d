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
}
