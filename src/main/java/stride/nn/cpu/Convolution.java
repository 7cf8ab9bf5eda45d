package stride.nn.cpu;

import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import stride.nn.ConvLayout;

/**
 * Convolutions without copies of patches: what a line of the kernel covers lies side by side, so
 * that {@link StridedTiles} reads it where it is. Offsets are in bytes here.
 *
 * <p>Forward, some lines of the kernel are taken at a time, for all places of it in an image: their
 * weights, {@value #BLOCK} inputs at most if a line is not longer, stay in the nearest cache.
 */
final class Convolution {
  private static final int BLOCK = 256;

  private Convolution() {}

  static void forward(
      MemorySegment x,
      long xAt,
      MemorySegment p,
      ConvLayout layer,
      MemorySegment y,
      long yAt,
      int images) {
    final long from = x.address() + xAt;
    final long weights = p.address() + 4 * layer.weights();
    final long to = y.address() + yAt;
    final int pixels = layer.outHeight() * layer.outWidth();
    for (int image = 0; image < images; image++) {
      final long yImage = 4L * image * layer.outputStride();
      bias(p, 4 * layer.bias(), y, yAt + yImage, layer.outputPixel(), pixels);
      forward(from + 4L * image * layer.inputStride(), weights, layer, to + yImage);
    }
  }

  /** All sums begin with their bias. */
  private static void bias(
      MemorySegment p, long bAt, MemorySegment y, long yAt, int columns, int pixels) {
    for (int o = 0; o < columns; o += LANES) {
      final FloatVector b = load(p, bAt + 4L * o);
      long at = yAt + 4L * o;
      for (int pixel = 0; pixel < pixels; pixel++) {
        b.intoMemorySegment(y, at, ORDER);
        at += 4L * columns;
      }
    }
  }

  private static void forward(long x, long weights, ConvLayout layer, long y) {
    final int n = layer.kernelLine();
    final int block = Math.max(1, Math.min(layer.kernel(), BLOCK / n));
    final long line = 4L * layer.inputLine();
    final long row = 4L * layer.outputPixel();
    for (int ky = 0; ky < layer.kernel(); ky += block) {
      for (int oy = 0; oy < layer.outHeight(); oy++) {
        StridedTiles.add(
            layer.outWidth(),
            layer.outputPixel(),
            x + ((long) oy * layer.stride() + ky) * line,
            4L * layer.stride() * layer.inputPixel(),
            4,
            line,
            Math.min(block, layer.kernel() - ky),
            n,
            weights + (long) ky * n * row,
            row,
            y + (long) oy * layer.outWidth() * row,
            row);
      }
    }
  }

  static void gradient(
      MemorySegment x, long xAt, MemorySegment d, ConvLayout layer, MemorySegment g, int images) {
    final int columns = layer.outputPixel();
    final int pixels = layer.outHeight() * layer.outWidth();
    LinearGradient.columnSums(d, columns, Math.multiplyExact(pixels, images), g, 4 * layer.bias());
    zero(g, 4 * layer.weights(), (long) layer.kernelInputs() * columns);
    final long gradients = g.address() + 4 * layer.weights();
    for (int image = 0; image < images; image++) {
      gradient(
          x.address() + xAt + 4L * image * layer.inputStride(),
          d.address() + 4L * image * layer.outputStride(),
          layer,
          gradients);
    }
  }

  private static void gradient(long x, long d, ConvLayout layer, long gradients) {
    final long line = 4L * layer.inputLine();
    final long row = 4L * layer.outputPixel();
    for (int ky = 0; ky < layer.kernel(); ky++) {
      StridedTiles.add(
          layer.kernelLine(),
          layer.outputPixel(),
          x + ky * line,
          4,
          4L * layer.stride() * layer.inputPixel(),
          layer.stride() * line,
          layer.outHeight(),
          layer.outWidth(),
          d,
          row,
          gradients + (long) ky * layer.kernelLine() * row,
          row);
    }
  }

  private static void zero(MemorySegment g, long gAt, long count) {
    for (long k = 0; k < count; k += LANES) {
      FloatVector.zero(FLOATS).intoMemorySegment(g, gAt + 4 * k, ORDER);
    }
  }

  static void inputGradient(
      MemorySegment d,
      MemorySegment transposed,
      long tAt,
      ConvLayout layer,
      MemorySegment dx,
      int images) {
    final long pixel = 4L * layer.inputPixel();
    final long line = 4L * layer.inputLine();
    final long row = 4L * layer.outputPixel();
    final long tap = layer.outputPixel() * pixel;
    zero(dx, 0, (long) images * layer.inputStride());
    for (int image = 0; image < images; image++) {
      final long from = d.address() + 4L * image * layer.outputStride();
      final long to = dx.address() + 4L * image * layer.inputStride();
      for (int ky = 0; ky < layer.kernel(); ky++) {
        for (int kx = 0; kx < layer.kernel(); kx++) {
          final long w = transposed.address() + tAt + ((long) ky * layer.kernel() + kx) * tap;
          for (int oy = 0; oy < layer.outHeight(); oy++) {
            StridedTiles.add(
                layer.outWidth(),
                layer.inputPixel(),
                from + (long) oy * layer.outWidth() * row,
                row,
                4,
                0,
                1,
                layer.outputs(),
                w,
                pixel,
                to + ((long) oy * layer.stride() + ky) * line + kx * pixel,
                layer.stride() * pixel);
          }
        }
      }
    }
  }
}
