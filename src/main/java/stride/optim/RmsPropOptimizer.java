package stride.optim;

import java.util.List;
import stride.memory.FloatSlab;
import stride.nn.Kernels;
import stride.nn.RmsProp;

/** RMSprop: keeps means of the squares of gradients. */
final class RmsPropOptimizer implements Optimizer {
  private static final List<String> MOMENTS = List.of("rmsprop_squares");

  private final RmsProp rule;

  RmsPropOptimizer(double eps) {
    this.rule = new RmsProp(eps);
  }

  @Override
  public List<String> moments() {
    return MOMENTS;
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
    rule.prepare(learningRate, scale);
    kernels.rmsProp(rule, parameters, gradients, moments[0], 0, parameters.length());
    if (number % TIDIED_EVERY == 0) {
      kernels.dropTiny(moments[0], 0, parameters.length());
    }
  }
}
