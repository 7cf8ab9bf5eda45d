package stride.ppo.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import stride.cuda.Blas.Matrix;
import stride.cuda.DeviceArray;
import stride.cuda.DeviceMemory;
import stride.cuda.DevicePlan;
import stride.memory.ElementType;
import stride.nn.LinearLayout;
import stride.nn.MlpLayout;

/**
 * One network over the rows of a minibatch, or two whose hidden layers are equal: these are done
 * together, and the last layers too if their rows are equally long, padding included.
 *
 * <p>A layer's outputs [rows, outputStride] of the second network lie behind those of the first,
 * and so do their gradients. Weights and biases are as far from each other in all layers.
 */
final class WideStack {
  private final List<MlpLayout> networks;
  private final DeviceMemory memory;
  private final WideKernels kernels;
  private final DeviceArray x; // [rows, inputStride]
  private final DeviceArray parameters;
  private final DeviceArray gradients;
  private final List<WideLayer> hidden = new ArrayList<>();
  private final List<WideActivation> activations = new ArrayList<>(); // of the hidden layers
  private final List<WideLayer> last = new ArrayList<>(); // one for all networks, or one for each

  /**
   * A stack.
   *
   * @param networks where their parameters lie
   * @param column of the partials where the sums of the first network's biases start
   * @param memory as planned, 0 at first
   * @param kernels what it computes with
   * @param x [rows, inputStride], observations
   * @param parameters all
   * @param gradients all
   */
  WideStack(
      List<MlpLayout> networks,
      int column,
      DeviceMemory memory,
      WideKernels kernels,
      DeviceArray x,
      DeviceArray parameters,
      DeviceArray gradients) {
    this.networks = networks;
    this.memory = memory;
    this.kernels = kernels;
    this.x = x;
    this.parameters = parameters;
    this.gradients = gradients;
    int at = column;
    for (int i = 0; i < end(); i++) {
      hidden.add(layer(i, 0, networks.size()));
      activations.add(activation(i, at));
      at += first().layer(i).outputStride();
    }
    boolean equal = networks.stream().mapToInt(MlpLayout::outputStride).distinct().count() == 1;
    int together = equal ? networks.size() : 1;
    for (int k = 0; k < networks.size(); k += together) {
      last.add(layer(end(), k, together));
    }
  }

  /** Plans what {@link #WideStack} needs: outputs of all layers, and their gradients. */
  static void plan(DevicePlan plan, List<MlpLayout> networks, int rows) {
    for (int i = 0; i < networks.getFirst().layers(); i++) {
      for (String name : List.of(outputs(networks, i), gradients(networks, i))) {
        plan.add(name, ElementType.FLOAT, rows, strides(networks, i));
      }
    }
  }

  /** Floats of all biases of a network. */
  static int biases(MlpLayout network) {
    return IntStream.range(0, network.layers()).map(i -> network.layer(i).outputStride()).sum();
  }

  private static String outputs(List<MlpLayout> networks, int layer) {
    return name(networks, layer) + ".y";
  }

  private static String gradients(List<MlpLayout> networks, int layer) {
    return name(networks, layer) + ".d";
  }

  /** By where the parameters start, which no two have in common. */
  private static String name(List<MlpLayout> networks, int layer) {
    return "layer at " + networks.getFirst().layer(layer).weights();
  }

  /** The row lengths of a layer's outputs of all networks. */
  private static int strides(List<MlpLayout> networks, int layer) {
    return networks.stream().mapToInt(network -> network.layer(layer).outputStride()).sum();
  }

  private MlpLayout first() {
    return networks.getFirst();
  }

  /** Number of the last layer. */
  private int end() {
    return first().layers() - 1;
  }

  /** A layer of some networks, from one on. */
  private WideLayer layer(int i, int from, int count) {
    LinearLayout layout = networks.get(from).layer(i);
    boolean equal =
        networks.subList(from, from + count).stream()
            .allMatch(network -> network.layer(i).outputs() == layout.outputs());
    Matrix input = i == 0 ? Matrix.of(x, layout.inputStride()) : outputs(i - 1, from);
    var matrices =
        new WideLayer.Matrices(
            input,
            weights(parameters, layout),
            outputs(i, from),
            outputGradients(i, from),
            weights(gradients, layout),
            i == 0 ? null : outputGradients(i - 1, from));
    int outputs = equal ? layout.outputs() : layout.outputStride();
    return new WideLayer(kernels, count, layout.inputs(), outputs, matrices);
  }

  private Matrix outputs(int i, int from) {
    return matrix(outputs(networks, i), i, from);
  }

  private Matrix outputGradients(int i, int from) {
    return matrix(gradients(networks, i), i, from);
  }

  private Matrix matrix(String name, int i, int from) {
    int stride = networks.get(from).layer(i).outputStride();
    return Matrix.of(from(memory.array(name), before(i, from)), stride)
        .every((long) kernels.rows() * stride);
  }

  /** Floats of a layer's outputs that belong to the networks before one. */
  private long before(int i, int network) {
    return (long) kernels.rows() * strides(networks.subList(0, network), i);
  }

  private Matrix weights(DeviceArray array, LinearLayout layout) {
    return Matrix.of(from(array, layout.weights()), layout.outputStride()).every(step());
  }

  /** Floats from the parameters of one network to those of the next. */
  private long step() {
    return networks.getLast().layer(0).weights() - first().layer(0).weights();
  }

  private static DeviceArray from(DeviceArray array, long start) {
    return array.part(start, array.length() - start);
  }

  private WideActivation activation(int i, int column) {
    LinearLayout layout = first().layer(i);
    return new WideActivation(
        kernels,
        networks.size(),
        layout.outputStride(),
        WideKernels.code(first().spec().activation()),
        memory.array(outputs(networks, i)),
        memory.array(gradients(networks, i)),
        new WideActivation.Place(from(parameters, layout.bias()), Math.toIntExact(step())),
        new WideActivation.Place(from(kernels.partials(), column), biases(first())));
  }

  /** The outputs of each network: [rows, outputStride]. */
  List<DeviceArray> outputs() {
    return IntStream.range(0, networks.size()).mapToObj(k -> outputs(end(), k).array()).toList();
  }

  /** Their gradients. */
  List<DeviceArray> outputGradients() {
    return IntStream.range(0, networks.size())
        .mapToObj(k -> outputGradients(end(), k).array())
        .toList();
  }

  void forward() {
    for (int i = 0; i < hidden.size(); i++) {
      hidden.get(i).forward();
      activations.get(i).forward();
    }
    last.forEach(WideLayer::forward);
  }

  void backward() {
    last.forEach(WideLayer::backward);
    for (int i = hidden.size() - 1; i >= 0; i--) {
      activations.get(i).backward();
      hidden.get(i).backward();
    }
  }

  /** The products alone, of whatever the arrays hold. */
  void multiply() {
    for (List<WideLayer> layers : List.of(hidden, last)) {
      layers.forEach(WideLayer::forward);
      layers.forEach(WideLayer::backward);
    }
  }
}
