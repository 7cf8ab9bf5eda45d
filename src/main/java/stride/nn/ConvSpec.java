package stride.nn;

/**
 * A convolution as it is asked for.
 *
 * @param channels of a pixel that it puts out
 * @param kernel pixels of its side
 * @param stride pixels from one place of the kernel to the next
 */
public record ConvSpec(int channels, int kernel, int stride) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public ConvSpec {
    if (channels < 1 || kernel < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "channels=%d, kernel=%d, stride=%d, required: >= 1".formatted(channels, kernel, stride));
    }
  }

  @Override
  public String toString() {
    return channels + "/" + kernel + "/" + stride;
  }
}
