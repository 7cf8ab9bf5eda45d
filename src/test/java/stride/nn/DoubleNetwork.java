package stride.nn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/**
 * A tanh perceptron in double precision, straight from PyTorch's tensors: knows nothing of slabs.
 */
final class DoubleNetwork {
  private final JsonNode tensors;
  private final String name;
  private final int layers;

  DoubleNetwork(JsonNode tensors, String name, int layers) {
    this.tensors = tensors;
    this.name = name;
    this.layers = layers;
  }

  double[] forward(double[] input) {
    double[] x = input;
    for (int layer = 0; layer < layers; layer++) {
      JsonNode weight = tensors.get(name + "." + 2 * layer + ".weight");
      double[] y = Golden.doubles(tensors.get(name + "." + 2 * layer + ".bias"));
      for (int o = 0; o < y.length; o++) {
        double[] row = Golden.doubles(weight.get(o));
        for (int k = 0; k < row.length; k++) {
          y[o] += row[k] * x[k];
        }
      }
      x = layer < layers - 1 ? Arrays.stream(y).map(Math::tanh).toArray() : y;
    }
    return x;
  }
}
