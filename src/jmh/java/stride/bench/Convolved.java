package stride.bench;

import java.lang.foreign.Arena;
import java.util.List;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.ConvLayout;
import stride.nn.Kernels;
import stride.nn.LinearLayout;

/** A convolution with random weights, and what goes in and out of it both ways. */
final class Convolved {
  private final ConvLayout layer;
  private final int images;
  private final FloatSlab parameters;
  private final FloatSlab transposed;
  private final FloatSlab x; // [images, inputStride]
  private final FloatSlab y; // [images, outputStride]
  private final FloatSlab d; // [images, outputStride]
  private final FloatSlab dx; // [images, inputStride]
  private final FloatSlab gradients;

  Convolved(Arena arena, ConvLayout layer, int images) {
    this.layer = layer;
    this.images = images;
    this.parameters = Normals.draw(arena, layer.bias() + layer.outputPixel());
    this.x = Normals.draw(arena, (long) images * layer.inputStride());
    this.d = Normals.draw(arena, (long) images * layer.outputStride());
    this.y = FloatSlab.allocate(arena, images, layer.outputStride());
    this.dx = FloatSlab.allocate(arena, images, layer.inputStride());
    this.gradients = FloatSlab.allocate(arena, parameters.length());
    this.transposed = FloatSlab.allocate(arena, layer.transposedSize());
    if (isAskedForInputs()) {
      Backends.kernels(Backend.CPU).transpose(parameters, layer, transposed, 0);
    }
  }

  /** Whether what it reads is no frame. */
  private boolean isAskedForInputs() {
    return layer.inputPixel() % LinearLayout.ALIGNMENT == 0;
  }

  void prove(Kernels kernels) {
    run(Backends.kernels(Backend.REFERENCE));
    List<float[]> expected = List.of(y.toArray(), gradients.toArray(), dx.toArray());
    run(kernels);
    Parity.require("outputs", y.toArray(), expected.get(0), 1, 0);
    Parity.require("gradients of weights", gradients.toArray(), expected.get(1), 1, 0);
    Parity.require("gradients of inputs", dx.toArray(), expected.get(2), 1, 0);
  }

  void run(Kernels kernels) {
    forward(kernels);
    weightGradient(kernels);
    inputGradient(kernels);
  }

  void forward(Kernels kernels) {
    kernels.convolution(x, 0, parameters, layer, y, 0, images);
  }

  void weightGradient(Kernels kernels) {
    kernels.convolutionGradient(x, 0, d, layer, gradients, images);
  }

  void inputGradient(Kernels kernels) {
    if (isAskedForInputs()) {
      kernels.convolutionInputGradient(d, transposed, 0, layer, dx, images);
    }
  }

  long flop() {
    return layer.forwardFlop() * images;
  }

  long inputGradientFlop() {
    return isAskedForInputs() ? flop() : 0;
  }
}
