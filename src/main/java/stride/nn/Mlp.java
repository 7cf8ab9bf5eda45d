package stride.nn;

import stride.memory.FloatSlab;

/**
 * A multilayer perceptron, with the convolutions that it sees images through: its layout, and the
 * kernels that run it layer by layer.
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
    final int convolutions = layout.convolutions().size();
    for (int i = 0; i < convolutions; i++) {
      ConvLayout layer = layout.convolutions().get(i);
      FloatSlab output = outputs.image(i);
      kernels.convolution(input, inputOffset, parameters, layer, output, 0, rows);
      long count = (long) rows * layer.outputStride();
      kernels.activate(layout.spec().activation(), output, 0, count);
      input = output;
      inputOffset = 0;
    }
    final int activated = layout.activated();
    for (int i = 0; i < layout.layers(); i++) {
      LinearLayout layer = layout.layer(i);
      FloatSlab output = outputs.get(i);
      kernels.linear(input, inputOffset, parameters, layer, output, 0, rows);
      if (i < activated) {
        long count = (long) rows * layer.outputStride();
        kernels.activate(layout.spec().activation(), output, 0, count);
      }
      input = output;
      inputOffset = 0;
    }
    return input;
  }

  /**
   * Takes the gradient of the output back through all layers, not to the input.
   *
   * @param transposed where the transposed weights lie
   * @param weights the transposed weights, up to date
   * @param x inputs of the forward pass: [rows, inputStride]
   * @param xOffset where row 0 starts, in floats
   * @param rows as in the forward pass
   * @param outputs what the forward pass put out
   * @param d gradients of the outputs: the last layer's is read, padding 0; the others' are
   *     overwritten, and that too of a trunk
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
    gradients(transposed, weights, x, xOffset, rows, outputs, d, gradients, null);
  }

  /**
   * Takes the gradient of the output back through all layers and to the input, which is no image.
   *
   * @param transposed where the transposed weights lie, with the first layer's
   * @param weights the transposed weights, up to date
   * @param x inputs of the forward pass: [rows, inputStride]
   * @param xOffset where row 0 starts, in floats
   * @param rows as in the forward pass
   * @param outputs what the forward pass put out
   * @param d gradients of the outputs: the last layer's is read, padding 0; the others' are
   *     overwritten, and that too of a trunk
   * @param gradients overwritten where the perceptron lies in a slab of parameters
   * @param inputGradient overwritten: [rows, transposed.layer(0).outputStride]
   */
  public void backward(
      TransposedLayout transposed,
      FloatSlab weights,
      FloatSlab x,
      long xOffset,
      int rows,
      LayerOutputs outputs,
      LayerOutputs d,
      FloatSlab gradients,
      FloatSlab inputGradient) {
    gradients(transposed, weights, x, xOffset, rows, outputs, d, gradients, inputGradient);
    kernels.linear(d.get(0), 0, weights, transposed.layer(0), inputGradient, 0, rows);
  }

  private void gradients(
      TransposedLayout transposed,
      FloatSlab weights,
      FloatSlab x,
      long xOffset,
      int rows,
      LayerOutputs outputs,
      LayerOutputs d,
      FloatSlab gradients,
      FloatSlab free) {
    throughEnd(rows, outputs, d);
    for (int i = layout.layers() - 1; i > 0; i--) {
      FloatSlab input = outputs.get(i - 1);
      // what this layer read has no gradient yet, so that its slab is free
      kernels.linearGradient(input, 0, d.get(i), layout.layer(i), gradients, rows, d.get(i - 1));
      through(i, transposed, weights, rows, outputs, d);
    }
    if (!layout.convolutions().isEmpty()) {
      convolutionGradients(transposed, weights, x, xOffset, rows, outputs, d, gradients);
      return;
    }
    // all but the last layer's have been used, so that the second's slab is free
    final FloatSlab scratch = layout.layers() > 2 ? d.get(1) : free;
    kernels.linearGradient(x, xOffset, d.get(0), layout.layer(0), gradients, rows, scratch);
  }

  /** The same of the first linear layer, which reads what convolutions put out, and of those. */
  private void convolutionGradients(
      TransposedLayout transposed,
      FloatSlab weights,
      FloatSlab x,
      long xOffset,
      int rows,
      LayerOutputs outputs,
      LayerOutputs d,
      FloatSlab gradients) {
    final int last = layout.convolutions().size() - 1;
    final FloatSlab features = outputs.image(last);
    kernels.linearGradient(features, 0, d.get(0), layout.layer(0), gradients, rows, d.image(last));
    kernels.linear(d.get(0), 0, weights, transposed.layer(0), d.image(last), 0, rows);
    for (int i = last; i >= 0; i--) {
      final ConvLayout layer = layout.convolutions().get(i);
      final long count = (long) rows * layer.outputStride();
      final FloatSlab given = d.image(i);
      kernels.activateBackward(layout.spec().activation(), outputs.image(i), given, count);
      if (i == 0) {
        kernels.convolutionGradient(x, xOffset, given, layer, gradients, rows);
      } else {
        kernels.convolutionGradient(outputs.image(i - 1), 0, given, layer, gradients, rows);
        kernels.convolutionInputGradient(
            given, weights, transposed.convolution(i), layer, d.image(i - 1), rows);
      }
    }
  }

  /**
   * Takes the gradient of the output back to the input alone, past weights that are another's to
   * learn: those of a critic, when an actor asks what its action is worth.
   *
   * @param transposed where the transposed weights lie, with the first layer's
   * @param weights the transposed weights, up to date
   * @param rows as in the forward pass
   * @param outputs what the forward pass put out
   * @param d gradients of the outputs: the last layer's is read, padding 0; the others' are
   *     overwritten, and that too of a trunk
   * @param inputGradient overwritten: [rows, transposed.layer(0).outputStride]
   */
  public void inputGradient(
      TransposedLayout transposed,
      FloatSlab weights,
      int rows,
      LayerOutputs outputs,
      LayerOutputs d,
      FloatSlab inputGradient) {
    throughEnd(rows, outputs, d);
    for (int i = layout.layers() - 1; i > 0; i--) {
      through(i, transposed, weights, rows, outputs, d);
    }
    kernels.linear(d.get(0), 0, weights, transposed.layer(0), inputGradient, 0, rows);
  }

  /** Takes the gradient past the activation that a trunk ends with. */
  private void throughEnd(int rows, LayerOutputs outputs, LayerOutputs d) {
    if (layout.activated() == layout.layers()) {
      final long count = (long) rows * layout.outputStride();
      kernels.activateBackward(layout.spec().activation(), outputs.last(), d.last(), count);
    }
  }

  /** Takes the gradient of what a layer put out to that of what the layer before it put out. */
  private void through(
      int layer,
      TransposedLayout transposed,
      FloatSlab weights,
      int rows,
      LayerOutputs outputs,
      LayerOutputs d) {
    final FloatSlab inputGradient = d.get(layer - 1);
    kernels.linear(d.get(layer), 0, weights, transposed.layer(layer), inputGradient, 0, rows);
    final long count = (long) rows * layout.layer(layer).inputStride();
    kernels.activateBackward(
        layout.spec().activation(), outputs.get(layer - 1), inputGradient, count);
  }
}
