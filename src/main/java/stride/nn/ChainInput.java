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
   * What convolutions put out: pixels, their channels side by side. Within a chain, whose
   * perceptron reads them; PyTorch flattens them channel by channel.
   *
   * @param channels of a pixel that mean something
   * @param pixels of an image
   * @param pixel floats of a pixel
   */
  record Features(int channels, int pixels, int pixel) implements ChainInput {
    @Override
    public int elements() {
      return Math.multiplyExact(pixels, pixel);
    }

    @Override
    public int stride() {
      return LinearLayout.padded(elements());
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
