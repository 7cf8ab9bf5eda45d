package stride.nn.reference;

import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.nn.ConvLayout;

/** Convolutions, a sum at a time: the definition of {@link stride.nn.ConvolutionKernels}. */
final class Convolution {
  private final ConvLayout layer;

  Convolution(ConvLayout layer) {
    this.layer = layer;
  }

  private long input(int image, int y, int x) {
    return (long) image * layer.inputStride()
        + (long) y * layer.inputLine()
        + (long) x * layer.inputPixel();
  }

  private long output(int image, int y, int x) {
    return (long) image * layer.outputStride()
        + (long) y * layer.outputLine()
        + (long) x * layer.outputPixel();
  }

  /** Floats from the first weight to those of a kernel's pixel. */
  private long tap(int ky, int kx) {
    return (long) (ky * layer.kernel() + kx) * layer.inputPixel() * layer.outputPixel();
  }

  void forward(
      FloatSlab x, long xOffset, FloatSlab parameters, FloatSlab y, long yOffset, int images) {
    for (int image = 0; image < images; image++) {
      for (int oy = 0; oy < layer.outHeight(); oy++) {
        for (int ox = 0; ox < layer.outWidth(); ox++) {
          long from = xOffset + input(image, oy * layer.stride(), ox * layer.stride());
          for (int o = 0; o < layer.outputPixel(); o++) {
            y.set(yOffset + output(image, oy, ox) + o, sum(x, from, parameters, o));
          }
        }
      }
    }
  }

  private float sum(FloatSlab x, long from, FloatSlab parameters, int o) {
    float sum = parameters.get(layer.bias() + o);
    for (int ky = 0; ky < layer.kernel(); ky++) {
      for (int k = 0; k < layer.kernelLine(); k++) {
        long row = (long) ky * layer.kernelLine() + k;
        float weight = parameters.get(layer.weights() + row * layer.outputPixel() + o);
        sum = Math.fma(x.get(from + (long) ky * layer.inputLine() + k), weight, sum);
      }
    }
    return sum;
  }

  void gradient(FloatSlab x, long xOffset, FloatSlab d, FloatSlab gradients, int images) {
    for (int o = 0; o < layer.outputPixel(); o++) {
      float sum = 0;
      for (int image = 0; image < images; image++) {
        for (int oy = 0; oy < layer.outHeight(); oy++) {
          for (int ox = 0; ox < layer.outWidth(); ox++) {
            sum += d.get(output(image, oy, ox) + o);
          }
        }
      }
      gradients.set(layer.bias() + o, sum);
      for (int ky = 0; ky < layer.kernel(); ky++) {
        for (int k = 0; k < layer.kernelLine(); k++) {
          long row = (long) ky * layer.kernelLine() + k;
          gradients.set(
              layer.weights() + row * layer.outputPixel() + o,
              ofWeight(x, xOffset, d, ky, k, o, images));
        }
      }
    }
  }

  private float ofWeight(FloatSlab x, long xOffset, FloatSlab d, int ky, int k, int o, int images) {
    float sum = 0;
    for (int image = 0; image < images; image++) {
      for (int oy = 0; oy < layer.outHeight(); oy++) {
        for (int ox = 0; ox < layer.outWidth(); ox++) {
          long from = input(image, oy * layer.stride() + ky, ox * layer.stride()) + k;
          sum = Math.fma(x.get(xOffset + from), d.get(output(image, oy, ox) + o), sum);
        }
      }
    }
    return sum;
  }

  void inputGradient(FloatSlab d, FloatSlab transposed, long at, FloatSlab dx, int images) {
    for (long k = 0; k < (long) images * layer.inputStride(); k++) {
      dx.set(k, 0);
    }
    for (int image = 0; image < images; image++) {
      for (int ky = 0; ky < layer.kernel(); ky++) {
        for (int kx = 0; kx < layer.kernel(); kx++) {
          addTap(d, transposed, at + tap(ky, kx), dx, image, ky, kx);
        }
      }
    }
  }

  private void addTap(
      FloatSlab d, FloatSlab transposed, long at, FloatSlab dx, int image, int ky, int kx) {
    for (int oy = 0; oy < layer.outHeight(); oy++) {
      for (int ox = 0; ox < layer.outWidth(); ox++) {
        long to = input(image, oy * layer.stride() + ky, ox * layer.stride() + kx);
        for (int c = 0; c < layer.inputPixel(); c++) {
          float sum = dx.get(to + c);
          for (int o = 0; o < layer.outputs(); o++) {
            float weight = transposed.get(at + (long) o * layer.inputPixel() + c);
            sum = Math.fma(d.get(output(image, oy, ox) + o), weight, sum);
          }
          dx.set(to + c, sum);
        }
      }
    }
  }

  static void stackFrames(
      ByteSlab[] frames, long[] offsets, int pixels, FloatSlab out, long outOffset) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int h = 0; h < frames.length; h++) {
        int value = Byte.toUnsignedInt(frames[h].get(offsets[h] + pixel));
        out.set(outOffset + (long) pixel * frames.length + h, value / 255f);
      }
    }
  }
}
