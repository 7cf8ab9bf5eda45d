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
   * Runs rows through all layers. Returns the last layer's output: [rows, outputStride].
   *
   * @param x inputs: [rows, inputStride]
   * @param xOffset where row 0 starts, in floats
   * @param rows at least 1, at most those of {@code outputs}
   * @param outputs overwritten: every layer's output after its activation
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

  /**
   * Takes the gradient of the output back through all layers.
   *
   * @param transposed where the transposed weights lie
   * @param weights the transposed weights, up to date
   * @param x inputs of the forward pass: [rows, inputStride]
   * @param xOffset where row 0 starts, in floats
   * @param rows as in the forward pass
   * @param outputs what the forward pass put out
   * @param d gradients of the outputs: the last layer's is read, padding 0; the others' are
   *     overwritten
   * @param gradients overwritten where the perceptron lies in a slab of parameters
   */
  public void backward(
      TransposedLayout transposed,
      FloatSlab weights,
      FloatSlab x,
      long xOffset,
      int rows,
      LayerOutputs outputs,
      LayerOutputs d,
      FloatSlab gradients) {
    for (int i = layout.layers() - 1; i > 0; i--) {
      LinearLayout layer = layout.layer(i);
      FloatSlab input = outputs.get(i - 1);
      FloatSlab inputGradient = d.get(i - 1);
      // what this layer read has no gradient yet, so that its slab is free
      kernels.linearGradient(input, 0, d.get(i), layer, gradients, rows, inputGradient);
      kernels.linear(d.get(i), 0, weights, transposed.layer(i), inputGradient, 0, rows);
      long count = (long) rows * layer.inputStride();
      kernels.activateBackward(layout.spec().activation(), input, inputGradient, count);
    }
    kernels.linearGradient(x, xOffset, d.get(0), layout.layer(0), gradients, rows, null);
  }
}
