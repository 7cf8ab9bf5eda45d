package stride.optim;

import java.util.List;
import stride.memory.FloatSlab;
import stride.nn.Kernels;

/** Gradient descent: keeps nothing. */
final class SgdOptimizer implements Optimizer {
  @Override
  public List<String> moments() {
    return List.of();
  }

  @Override
  public void step(
      Kernels kernels,
      long number,
      double learningRate,
      double scale,
      FloatSlab parameters,
      FloatSlab gradients,
      FloatSlab[] moments) {
    float factor = (float) (learningRate * scale);
    kernels.sgd(factor, parameters, gradients, 0, parameters.length());
  }
}
