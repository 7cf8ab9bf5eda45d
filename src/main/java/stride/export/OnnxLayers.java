package stride.export;

import java.util.List;
import java.util.Map;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.MlpLayout;
import stride.nn.ParameterTensor;

/**
 * Layers of perceptrons as nodes of a graph.
 *
 * @param graph that they are added to
 * @param parameters theirs
 */
record OnnxLayers(OnnxGraph graph, FloatSlab parameters) {
  /** All layers of a perceptron; returns what the last puts out. */
  String perceptron(MlpLayout network, String input, String output) {
    List<ParameterTensor> tensors = network.tensors();
    int last = tensors.size() - 2;
    String x = hidden(tensors.subList(0, last), network.spec().activation(), input);
    return linear(tensors.get(last), tensors.get(last + 1), x, output);
  }

  /** All layers of a perceptron that ends with an activation; returns what that puts out. */
  String trunk(MlpLayout network, String input) {
    return hidden(network.tensors(), network.spec().activation(), input);
  }

  /** Layers that an activation follows, each by its weight and bias; returns the last one's. */
  String hidden(List<ParameterTensor> tensors, Activation activation, String input) {
    String x = input;
    for (int k = 0; k < tensors.size(); k += 2) {
      ParameterTensor weight = tensors.get(k);
      String y = linear(weight, tensors.get(k + 1), x, weight.name().replace("weight", "output"));
      x = graph.node(operator(activation), y + "_activated", Map.of(), y);
    }
    return x;
  }

  String linear(ParameterTensor weight, ParameterTensor bias, String input, String output) {
    return graph.node(
        "Gemm", output, Map.of("transB", 1L), input, constant(weight), constant(bias));
  }

  String constant(ParameterTensor tensor) {
    return graph.constant(tensor.name(), tensor.shape(), tensor.get(parameters));
  }

  private static String operator(Activation activation) {
    return switch (activation) {
      case TANH -> "Tanh";
      case RELU -> "Relu";
    };
  }
}
