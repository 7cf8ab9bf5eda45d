package stride.ppo.cuda;

import java.util.ArrayList;
import java.util.List;
import stride.cuda.DeviceArray;
import stride.cuda.DeviceMemory;
import stride.cuda.DevicePlan;
import stride.memory.ElementType;
import stride.nn.MlpLayout;

/** One network of a policy over the rows of a minibatch. */
final class WideNetwork {
  private final List<WideLayer> layers = new ArrayList<>();
  private final DeviceArray output; // [rows, outputStride]
  private final DeviceArray outputGradient; // [rows, outputStride]

  /** Plans what {@link #WideNetwork} needs: outputs and gradients of all layers. */
  static void plan(DevicePlan plan, String name, MlpLayout layout, int rows) {
    for (int i = 0; i < layout.layers(); i++) {
      int stride = layout.layer(i).outputStride();
      plan.add(y(name, i), ElementType.FLOAT, rows, stride);
      plan.add(d(name, i), ElementType.FLOAT, rows, stride);
    }
  }

  /**
   * A network.
   *
   * @param name under which its arrays were planned
   * @param layout where its parameters lie
   * @param memory as planned, 0 at first
   * @param kernels what it computes with
   * @param x [rows, inputStride], observations
   * @param parameters all
   * @param gradients all
   */
  WideNetwork(
      String name,
      MlpLayout layout,
      DeviceMemory memory,
      WideKernels kernels,
      DeviceArray x,
      DeviceArray parameters,
      DeviceArray gradients) {
    final int last = layout.layers() - 1;
    DeviceArray input = x;
    for (int i = 0; i <= last; i++) {
      DeviceArray y = memory.array(y(name, i));
      layers.add(
          new WideLayer(
              kernels,
              layout.layer(i),
              i < last ? WideKernels.code(layout.spec().activation()) : WideKernels.NO_ACTIVATION,
              input,
              y,
              memory.array(d(name, i)),
              i > 0 ? memory.array(d(name, i - 1)) : null,
              parameters,
              gradients));
      input = y;
    }
    this.output = input;
    this.outputGradient = memory.array(d(name, last));
  }

  private static String y(String name, int layer) {
    return name + "." + layer + ".y";
  }

  private static String d(String name, int layer) {
    return name + "." + layer + ".d";
  }

  DeviceArray output() {
    return output;
  }

  /** Where the gradient of the output belongs, before {@link #backward}. */
  DeviceArray outputGradient() {
    return outputGradient;
  }

  void forward() {
    layers.forEach(WideLayer::forward);
  }

  void backward() {
    layers.reversed().forEach(WideLayer::backward);
  }

  /** The products alone, of whatever the arrays hold. */
  void multiply() {
    layers.forEach(WideLayer::multiply);
  }
}
