package stride.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * Images, and the convolutions that a perceptron sees them through.
 *
 * @param height of an image, in pixels
 * @param width of an image, in pixels
 * @param channels of a pixel, side by side
 * @param layers first to last; none if there are no images
 */
public record ConvStack(int height, int width, int channels, List<ConvSpec> layers) {
  /** No images: a perceptron that reads numbers. */
  public static final ConvStack NONE = new ConvStack(0, 0, 0, List.of());

  /**
   * Checks that every kernel fits into what it reads.
   *
   * @throws IllegalArgumentException if one does not
   */
  public ConvStack {
    layers = List.copyOf(layers);
    layouts(height, width, channels, layers, 0);
  }

  public boolean isNone() {
    return layers.isEmpty();
  }

  /** Floats of an image. */
  int inputs() {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }

  /** Where the layers lie in a slab of parameters, from a place on. */
  List<ConvLayout> layouts(long start) {
    return layouts(height, width, channels, layers, start);
  }

  private static List<ConvLayout> layouts(
      int height, int width, int channels, List<ConvSpec> layers, long start) {
    List<ConvLayout> list = new ArrayList<>();
    int h = height;
    int w = width;
    int c = channels;
    int pixel = channels;
    int row = LinearLayout.roundUp(h * w * c, LinearLayout.INPUT_ALIGNMENT);
    long at = start;
    for (ConvSpec spec : layers) {
      int out = LinearLayout.padded(spec.channels());
      long bias = at + (long) spec.kernel() * spec.kernel() * pixel * out;
      // weights of frames of few channels may end between two cache lines
      bias = Math.ceilDiv(bias, LinearLayout.ALIGNMENT) * LinearLayout.ALIGNMENT;
      var layout =
          new ConvLayout(
              h, w, c, pixel, row, spec.kernel(), spec.stride(), spec.channels(), out, at, bias);
      list.add(layout);
      at = bias + out;
      h = layout.outHeight();
      w = layout.outWidth();
      c = spec.channels();
      pixel = out;
      row = layout.outputStride();
    }
    return List.copyOf(list);
  }

  /** What the last layer puts out, for a perceptron to read; not asked for of {@link #NONE}. */
  ChainInput.Features features() {
    ConvLayout last = layouts(0).getLast();
    return new ChainInput.Features(
        last.outputs(), last.outHeight() * last.outWidth(), last.outputPixel());
  }

  /** Floating-point operations of one image through all layers, as {@link MlpSpec} counts them. */
  long forwardFlop() {
    return layouts(0).stream().mapToLong(ConvLayout::forwardFlop).sum();
  }

  /** Those of the first layer, of whose input nobody asks for a gradient. */
  long firstFlop() {
    return layouts(0).getFirst().forwardFlop();
  }
}
