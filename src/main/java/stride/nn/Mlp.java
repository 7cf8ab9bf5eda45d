package stride.nn;

import stride.memory.FloatSlab;

/**
 * A multilayer perceptron: its layout, and the kernels that run it layer by layer.
 *
 * @param layout where its weights lie
 * @param kernels what computes
 */
public record Mlp(MlpLayout layout, Kernels kernels) {
  /**
   * Runs rows through all layers.
   *
   * @param parameters the slab that holds the weights
   * @param x inputs: [rows, inputStride]
   * @param xOffset where row 0 starts, in floats
   * @param rows at least 1, at most those of {@code outputs}
   * @param outputs overwritten: every layer's output after its activation
   * @return the last layer's output: [rows, outputStride]
   */
  public FloatSlab forward(
      FloatSlab parameters, FloatSlab x, long xOffset, int rows, LayerOutputs outputs) {
    FloatSlab input = x;
    long inputOffset = xOffset;
    final int last = layout.layers() - 1;
    for (int i = 0; i <= last; i++) {
      LinearLayout layer = layout.layer(i);
      FloatSlab output = outputs.get(i);
      kernels.linear(input, inputOffset, parameters, layer, output, 0, rows);
      if (i < last) {
        long count = (long) rows * layer.outputStride();
        kernels.activate(layout.spec().activation(), output, 0, count);
      }
      input = output;
      inputOffset = 0;
    }
    return input;
  }
}
