package stride.sac;

import java.util.List;

/** Adam in double precision as a textbook has it, of some tensors. */
final class DoubleAdam {
  private final double eps;
  private final List<double[]> means;
  private final List<double[]> squares;
  private int steps;

  DoubleAdam(double eps, List<double[]> tensors) {
    this.eps = eps;
    this.means = tensors.stream().map(tensor -> new double[tensor.length]).toList();
    this.squares = tensors.stream().map(tensor -> new double[tensor.length]).toList();
  }

  void step(List<double[]> tensors, List<double[]> gradients, double learningRate) {
    steps++;
    for (int t = 0; t < tensors.size(); t++) {
      double[] mean = means.get(t);
      double[] square = squares.get(t);
      for (int i = 0; i < mean.length; i++) {
        double gradient = gradients.get(t)[i];
        mean[i] = 0.9 * mean[i] + 0.1 * gradient;
        square[i] = 0.999 * square[i] + 0.001 * gradient * gradient;
        double unbiased = mean[i] / (1 - Math.pow(0.9, steps));
        double root = Math.sqrt(square[i] / (1 - Math.pow(0.999, steps)));
        tensors.get(t)[i] -= learningRate * unbiased / (root + eps);
      }
    }
  }
}
