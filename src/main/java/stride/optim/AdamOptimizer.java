package stride.optim;

import java.util.List;
import stride.memory.FloatSlab;
import stride.nn.Adam;
import stride.nn.Kernels;

/** Adam: keeps means of gradients and of their squares. */
public final class AdamOptimizer implements Optimizer {
  static final List<String> MOMENTS = List.of("adam_means", "adam_squares");

  private final Adam adam;
  private final boolean tidies;

  /**
   * An optimiser.
   *
   * @param tidies whether tiny moments become 0 now and then
   */
  public AdamOptimizer(double eps, boolean tidies) {
    this.adam = new Adam(eps);
    this.tidies = tidies;
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
    adam.prepare(number, learningRate, scale);
    kernels.adam(adam, parameters, gradients, moments[0], moments[1], 0, parameters.length());
    if (tidies && number % TIDIED_EVERY == 0) {
      kernels.dropTiny(moments[0], 0, parameters.length());
      kernels.dropTiny(moments[1], 0, parameters.length());
    }
  }
}
