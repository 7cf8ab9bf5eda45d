package stride.nn;

/** What a chain of layers reads: rows, of which the first elements are used. */
public sealed interface ChainInput {
  /** Elements of a row that are used. */
  int elements();

  /** Floats of a row. */
  int stride();

  /**
   * An observation.
   *
   * @param elements D
   */
  record Observation(int elements) implements ChainInput {
    @Override
    public int stride() {
      return LinearLayout.roundUp(elements, LinearLayout.INPUT_ALIGNMENT);
    }
  }

  /**
   * An observation with an action behind it, which begins at column D.
   *
   * @param observation D
   * @param action A
   */
  record ObservationAndAction(int observation, int action) implements ChainInput {
    @Override
    public int elements() {
      return Math.addExact(observation, action);
    }

    @Override
    public int stride() {
      return LinearLayout.roundUp(elements(), LinearLayout.INPUT_ALIGNMENT);
    }
  }

  /**
   * What another chain puts out.
   *
   * @param chain its name
   * @param elements its width
   */
  record Output(String chain, int elements) implements ChainInput {
    @Override
    public int stride() {
      return LinearLayout.padded(elements);
    }
  }
}
