package stride.nn;

import java.util.List;
import java.util.function.ToDoubleFunction;
import stride.memory.FloatSlab;

/** Draws the initial values of tensors; a tensor's place in the list numbers its random stream. */
final class InitialParameters {
  private InitialParameters() {}

  /** Orthogonal weights, each times its gain; biases and other vectors stay as they are. */
  static void orthogonal(
      FloatSlab parameters,
      long seed,
      List<ParameterTensor> tensors,
      ToDoubleFunction<ParameterTensor> gain) {
    OrthogonalWeights weights = new OrthogonalWeights(seed);
    int number = 0;
    for (ParameterTensor tensor : tensors) {
      if (tensor.isWeight()) {
        int outputs = (int) tensor.shape().dim(0);
        double factor = gain.applyAsDouble(tensor);
        tensor.put(parameters, weights.draw(number, outputs, tensor.inputs(), factor));
      }
      number++;
    }
  }

  /** Uniform weights and biases; the bias of every layer follows its weight. */
  static void uniform(FloatSlab parameters, long seed, List<ParameterTensor> tensors) {
    UniformWeights values = new UniformWeights(seed);
    int number = 0;
    int inputs = 0; // of the layer
    for (ParameterTensor tensor : tensors) {
      inputs = tensor.isWeight() ? tensor.inputs() : inputs;
      int elements = Math.toIntExact(tensor.shape().elements());
      tensor.put(parameters, values.draw(number, elements, inputs));
      number++;
    }
  }
}
