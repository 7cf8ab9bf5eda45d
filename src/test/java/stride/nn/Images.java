package stride.nn;

import java.lang.foreign.Arena;
import stride.memory.FloatSlab;

/**
 * A convolution in a slab of its own, and numbers in PyTorch's order: images [C, H, W], weights
 * [out, C, kh, kw].
 *
 * @param layer W at 0, then b
 */
record Images(ConvLayout layer) {
  /** Of pixels that are padded as those of a convolution before it, so that dx can be asked for. */
  static Images padded(int height, int width, int channels, int kernel, int stride, int outputs) {
    return of(height, width, channels, LinearLayout.padded(channels), kernel, stride, outputs);
  }

  /** Of pixels that are not padded, as those of frames. */
  static Images dense(int height, int width, int channels, int kernel, int stride, int outputs) {
    return of(height, width, channels, channels, kernel, stride, outputs);
  }

  private static Images of(
      int height, int width, int channels, int pixel, int kernel, int stride, int outputs) {
    int out = LinearLayout.padded(outputs);
    int row = LinearLayout.padded(height * width * pixel);
    long bias = (long) kernel * kernel * pixel * out;
    return new Images(
        new ConvLayout(height, width, channels, pixel, row, kernel, stride, outputs, out, 0, bias));
  }

  /** Floats of the parameters. */
  long size() {
    return layer.bias() + layer.outputPixel();
  }

  private long weight(int o, int c, int ky, int kx) {
    int tap = ky * layer.kernel() + kx;
    return layer.weights() + ((long) tap * layer.inputPixel() + c) * layer.outputPixel() + o;
  }

  /** Writes weights and biases. */
  void putParameters(FloatSlab parameters, float[] weights, float[] bias) {
    int at = 0;
    for (int o = 0; o < layer.outputs(); o++) {
      for (int c = 0; c < layer.channels(); c++) {
        for (int ky = 0; ky < layer.kernel(); ky++) {
          for (int kx = 0; kx < layer.kernel(); kx++) {
            parameters.set(weight(o, c, ky, kx), weights[at++]);
          }
        }
      }
      parameters.set(layer.bias() + o, bias[o]);
    }
  }

  /** Reads weights. */
  float[] weights(FloatSlab parameters) {
    int kernel = layer.kernel();
    float[] weights = new float[layer.outputs() * layer.channels() * kernel * kernel];
    int at = 0;
    for (int o = 0; o < layer.outputs(); o++) {
      for (int c = 0; c < layer.channels(); c++) {
        for (int ky = 0; ky < kernel; ky++) {
          for (int kx = 0; kx < kernel; kx++) {
            weights[at++] = parameters.get(weight(o, c, ky, kx));
          }
        }
      }
    }
    return weights;
  }

  /** Reads biases. */
  float[] bias(FloatSlab parameters) {
    float[] bias = new float[layer.outputs()];
    for (int o = 0; o < bias.length; o++) {
      bias[o] = parameters.get(layer.bias() + o);
    }
    return bias;
  }

  /** Writes images of what the layer reads, or puts out. */
  static void put(FloatSlab slab, float[] values, int channels, int pixels, int pixel, int row) {
    for (int i = 0; i < values.length; i++) {
      int image = i / (channels * pixels);
      int c = i / pixels % channels;
      slab.set((long) image * row + (long) (i % pixels) * pixel + c, values[i]);
    }
  }

  /** Reads them. */
  static float[] get(FloatSlab slab, int images, int channels, int pixels, int pixel, int row) {
    float[] values = new float[images * channels * pixels];
    for (int i = 0; i < values.length; i++) {
      int image = i / (channels * pixels);
      int c = i / pixels % channels;
      values[i] = slab.get((long) image * row + (long) (i % pixels) * pixel + c);
    }
    return values;
  }

  void putInputs(FloatSlab x, float[] values) {
    put(x, values, layer.channels(), inputPixels(), layer.inputPixel(), layer.inputStride());
  }

  float[] inputs(FloatSlab x, int images) {
    return get(x, images, layer.channels(), inputPixels(), layer.inputPixel(), layer.inputStride());
  }

  void putOutputs(FloatSlab y, float[] values) {
    put(y, values, layer.outputs(), outputPixels(), layer.outputPixel(), layer.outputStride());
  }

  float[] outputs(FloatSlab y, int images) {
    return get(
        y, images, layer.outputs(), outputPixels(), layer.outputPixel(), layer.outputStride());
  }

  private int inputPixels() {
    return layer.height() * layer.width();
  }

  private int outputPixels() {
    return layer.outHeight() * layer.outWidth();
  }

  /** Transposed weights, by the kernels. */
  FloatSlab transposed(Arena arena, Kernels kernels, FloatSlab parameters) {
    FloatSlab transposed = FloatSlab.allocate(arena, layer.transposedSize());
    kernels.transpose(parameters, layer, transposed, 0);
    return transposed;
  }

  /** Normals in all that means something, 0 in what pads it. */
  FloatSlab normalInputs(Arena arena, int seed, int images) {
    FloatSlab x = FloatSlab.allocate(arena, images, layer.inputStride());
    int count = images * layer.channels() * inputPixels();
    putInputs(x, TestData.normals(arena, seed, 1, count).toArray());
    return x;
  }

  FloatSlab normalOutputs(Arena arena, int seed, int images) {
    FloatSlab d = FloatSlab.allocate(arena, images, layer.outputStride());
    int count = images * layer.outputs() * outputPixels();
    putOutputs(d, TestData.normals(arena, seed, 1, count).toArray());
    return d;
  }

  FloatSlab normalParameters(Arena arena, int seed) {
    FloatSlab parameters = FloatSlab.allocate(arena, size());
    int count = layer.outputs() * layer.channels() * layer.kernel() * layer.kernel();
    putParameters(
        parameters,
        TestData.normals(arena, seed, 0.1, count).toArray(),
        TestData.normals(arena, seed + 1, 1, layer.outputs()).toArray());
    return parameters;
  }
}
