package stride.nn;

/**
 * Where a convolution lies in a parameter slab and how its images look; all counts in floats.
 *
 * <p>Images are rows of pixels, a pixel's channels side by side, without a border of zeros:
 *
 * <pre>
 *   image   [height][width][inputPixel]  ->  [outHeight][outWidth][outputPixel]
 *
 *   weights                                         bias
 *   | W[ky][kx][channel][0..outputs) 0.. | ...       | b[0..outputs) 0.. |
 *                       |&lt; outputPixel   &gt;|
 * </pre>
 *
 * <p>So the {@code kernel * inputPixel} floats that a line of the kernel covers lie side by side,
 * and need not be copied together. What pads a pixel is 0, and has weights, of 0.
 *
 * @param height of an image, in pixels
 * @param width of an image, in pixels
 * @param channels of a pixel that mean something
 * @param inputPixel floats of a pixel
 * @param inputStride floats from one image to the next
 * @param kernel pixels of its side
 * @param stride pixels from one place of the kernel to the next
 * @param outputs channels of a pixel that is put out
 * @param outputPixel floats of such a pixel, a multiple of {@link LinearLayout#ALIGNMENT}
 * @param weights where W [kernel, kernel, inputPixel, outputPixel] starts
 * @param bias where b [outputPixel] starts
 */
public record ConvLayout(
    int height,
    int width,
    int channels,
    int inputPixel,
    int inputStride,
    int kernel,
    int stride,
    int outputs,
    int outputPixel,
    long weights,
    long bias) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is below 1, the kernel does not fit into an image, or a
   *     row is shorter than what it holds, or not aligned
   */
  public ConvLayout {
    final int image = Math.multiplyExact(Math.multiplyExact(height, width), inputPixel);
    if (kernel < 1
        || stride < 1
        || channels < 1
        || outputs < 1
        || height < kernel
        || width < kernel
        || inputPixel < channels
        || inputStride < image
        || outputPixel < outputs
        || outputPixel % LinearLayout.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "image %d x %d x %d of %d in rows of %d, kernel=%d, stride=%d, outputs=%d of %d, required: >= 1, a kernel within the image, pixels put out of a multiple of %d"
              .formatted(
                  height,
                  width,
                  channels,
                  inputPixel,
                  inputStride,
                  kernel,
                  stride,
                  outputs,
                  outputPixel,
                  LinearLayout.ALIGNMENT));
    }
  }

  /** Pixels of a column of what is put out. */
  public int outHeight() {
    return (height - kernel) / stride + 1;
  }

  /** Pixels of a line of what is put out. */
  public int outWidth() {
    return (width - kernel) / stride + 1;
  }

  /** Floats of an image that is put out. */
  public int outputStride() {
    return Math.multiplyExact(Math.multiplyExact(outHeight(), outWidth()), outputPixel);
  }

  /** Floats of an image's line. */
  public int inputLine() {
    return width * inputPixel;
  }

  /** Floats of a line that is put out. */
  public int outputLine() {
    return outWidth() * outputPixel;
  }

  /** Inputs of a line of the kernel, which lie side by side. */
  public int kernelLine() {
    return kernel * inputPixel;
  }

  /** Rows of W: inputs of the whole kernel. */
  public int kernelInputs() {
    return kernel * kernelLine();
  }

  /** Floating-point operations of one image: two for each weight at each place of the kernel. */
  public long forwardFlop() {
    return 2L * outHeight() * outWidth() * kernel * kernel * channels * outputs;
  }

  /** The layer that one pixel of the kernel is. */
  LinearLayout tap(int index) {
    final long at = weights + (long) index * inputPixel * outputPixel;
    return new LinearLayout(inputPixel, inputPixel, outputs, outputPixel, at, bias);
  }

  /** The same with inputs and outputs exchanged, in a slab of transposed weights. */
  LinearLayout transposedTap(int index, long start) {
    final long at = start + (long) index * outputPixel * inputPixel;
    return new LinearLayout(outputs, outputPixel, inputPixel, inputPixel, at, at);
  }

  /** Floats of transposed weights: {@code [kernel, kernel, outputPixel, inputPixel]}. */
  public long transposedSize() {
    return (long) kernel * kernel * outputPixel * inputPixel;
  }
}
