package stride.nn;

/**
 * Parameters of a network that are no layer's, and begin as 0.
 *
 * @param name for example {@code logstd}
 * @param elements how many
 */
public record ParameterVector(String name, int elements) {
  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public ParameterVector {
    if (elements < 1) {
      throw new IllegalArgumentException(name + ": elements=" + elements + ", required: >= 1");
    }
  }
}
