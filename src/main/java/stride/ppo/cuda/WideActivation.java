package stride.ppo.cuda;

import stride.cuda.DeviceArray;
import stride.cuda.KernelArguments;
import stride.cuda.LaunchShape;

/**
 * Bias and activation of a hidden layer, of one network, or of two whose layers have equal sizes:
 *
 * <pre>
 *   y = f(y + b)     d = d f'(y)     partials = sums of the columns of d, chunk by chunk
 * </pre>
 */
final class WideActivation {
  private final WideKernels kernels;
  private final LaunchShape forwardShape;
  private final LaunchShape backwardShape;
  private final KernelArguments forward;
  private final KernelArguments backward;

  /**
   * An activation.
   *
   * @param kernels what it computes with
   * @param networks 1 or 2; of two, y and d of the second lie behind those of the first
   * @param stride row length of y, d and b
   * @param activation its code in the kernels
   * @param y [networks, rows, stride]
   * @param d [networks, rows, stride]
   * @param bias b of each network
   * @param sums columns of the partials that each network's sums go to
   */
  WideActivation(
      WideKernels kernels,
      int networks,
      int stride,
      int activation,
      DeviceArray y,
      DeviceArray d,
      Place bias,
      Place sums) {
    this.kernels = kernels;
    this.forwardShape = kernels.forwardShape(stride, networks);
    this.backwardShape = kernels.backwardShape(stride, networks);
    this.forward =
        kernels
            .arguments()
            .pointer(y)
            .pointer(bias.first)
            .integer(bias.step)
            .integer(kernels.rows())
            .integer(stride)
            .integer(activation)
            .build();
    this.backward =
        kernels
            .arguments()
            .pointer(y)
            .pointer(d)
            .integer(stride)
            .integer(activation)
            .pointer(sums.first)
            .integer(sums.step)
            .build();
  }

  /**
   * Where an array lies for each network.
   *
   * @param first that of the first network
   * @param step floats from it to that of the second
   */
  record Place(DeviceArray first, int step) {}

  void forward() {
    kernels.biasActivation().launch(kernels.stream(), forwardShape, forward);
  }

  void backward() {
    kernels.activationBackward().launch(kernels.stream(), backwardShape, backward);
  }
}
