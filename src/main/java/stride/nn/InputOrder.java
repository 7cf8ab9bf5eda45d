package stride.nn;

/**
 * How PyTorch's order of a layer's inputs, channel by channel, goes with the rows of its weights
 * here, pixel by pixel.
 *
 * @param channels of a pixel that mean something
 * @param pixels of an image, or of a kernel
 * @param pixel rows of a pixel, at least the channels
 */
record InputOrder(int channels, int pixels, int pixel) {
  /** Of a layer that reads numbers: the same. */
  static InputOrder same(int inputs) {
    return new InputOrder(inputs, 1, inputs);
  }

  /** The row of an input of PyTorch. */
  int row(int input) {
    return input % pixels * pixel + input / pixels;
  }

  /** How many inputs PyTorch has. */
  int inputs() {
    return channels * pixels;
  }
}
