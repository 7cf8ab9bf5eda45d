package stride.ppo.cuda;

import stride.cuda.Blas;
import stride.cuda.Blas.Matrix;
import stride.cuda.DeviceArray;
import stride.cuda.KernelArguments;
import stride.cuda.LaunchShape;
import stride.nn.LinearLayout;

/**
 * A layer of a wide network over the rows of a minibatch, forward and backward:
 *
 * <pre>
 *   y = f(x W + b)     d = dy f'(y)     dW = x^T d     db = column sums of d     dx = d W^T
 * </pre>
 *
 * <p>Products are cuBLAS's; they read and write no padding, which is 0 from the beginning.
 */
final class WideLayer {
  private final WideKernels kernels;
  private final LinearLayout layout;
  private final Matrix x; // [rows, inputs]
  private final Matrix w; // [inputs, outputs]
  private final Matrix y; // [rows, outputs]
  private final Matrix d; // [rows, outputs], first dy
  private final Matrix dw; // [inputs, outputs]
  private final Matrix dx; // [rows, inputs], null if nobody wants it
  private final boolean activated;
  private final LaunchShape rowsShape;
  private final LaunchShape partsShape;
  private final LaunchShape columnsShape;
  private final KernelArguments activate;
  private final KernelArguments activateBackward;
  private final KernelArguments columnSums;
  private final KernelArguments addParts;

  /**
   * A layer.
   *
   * @param kernels what it computes with
   * @param layout where its parameters lie
   * @param activation its code in the kernels
   * @param x [rows, inputStride], read
   * @param y [rows, outputStride], overwritten
   * @param d [rows, outputStride], gradient of y, then of what goes into the activation
   * @param dx [rows, inputStride], overwritten; null if x is the observations
   * @param parameters all, read
   * @param gradients all, of which this layer's are overwritten
   */
  WideLayer(
      WideKernels kernels,
      LinearLayout layout,
      int activation,
      DeviceArray x,
      DeviceArray y,
      DeviceArray d,
      DeviceArray dx,
      DeviceArray parameters,
      DeviceArray gradients) {
    this.kernels = kernels;
    this.layout = layout;
    this.activated = activation != WideKernels.NO_ACTIVATION;
    final int stride = layout.outputStride();
    final int rows = kernels.rows();
    final long weights = (long) layout.inputs() * stride;
    this.x = Matrix.of(x, layout.inputStride());
    this.y = Matrix.of(y, stride);
    this.d = Matrix.of(d, stride);
    this.w = Matrix.of(parameters.part(layout.weights(), weights), stride);
    this.dw = Matrix.of(gradients.part(layout.weights(), weights), stride);
    this.dx = dx == null ? null : Matrix.of(dx, layout.inputStride());
    int parts = Math.ceilDiv(rows, kernels.columnRows());
    this.rowsShape = kernels.shape((long) rows * stride / 4);
    this.partsShape = LaunchShape.of(parts, kernels.threads());
    this.columnsShape = kernels.shape(stride);
    this.activate =
        kernels
            .arguments()
            .pointer(y)
            .pointer(parameters.part(layout.bias(), stride))
            .integer(rows)
            .integer(stride)
            .integer(activation)
            .build();
    this.activateBackward =
        kernels
            .arguments()
            .pointer(y)
            .pointer(d)
            .integer(rows)
            .integer(stride)
            .integer(activation)
            .build();
    this.columnSums =
        kernels
            .arguments()
            .pointer(d)
            .integer(rows)
            .integer(stride)
            .pointer(kernels.parts())
            .build();
    this.addParts =
        kernels
            .arguments()
            .pointer(kernels.parts())
            .integer(parts)
            .integer(stride)
            .pointer(gradients.part(layout.bias(), stride))
            .build();
  }

  void forward() {
    multiplyForward();
    kernels.biasActivation().launch(kernels.stream(), rowsShape, activate);
  }

  void backward() {
    if (activated) {
      kernels.activationBackward().launch(kernels.stream(), rowsShape, activateBackward);
    }
    multiplyBackward();
    kernels.columnSums().launch(kernels.stream(), partsShape, columnSums);
    kernels.addParts().launch(kernels.stream(), columnsShape, addParts);
  }

  /** The products alone, of whatever the arrays hold. */
  void multiply() {
    multiplyForward();
    multiplyBackward();
  }

  private void multiplyForward() {
    Blas blas = kernels.blas();
    blas.multiply(kernels.rows(), layout.outputs(), layout.inputs(), 1, x, w, 0, y);
  }

  private void multiplyBackward() {
    Blas blas = kernels.blas();
    blas.multiply(layout.inputs(), layout.outputs(), kernels.rows(), 1, x.transpose(), d, 0, dw);
    if (dx != null) {
      blas.multiply(kernels.rows(), layout.inputs(), layout.outputs(), 1, d, w.transpose(), 0, dx);
    }
  }
}
