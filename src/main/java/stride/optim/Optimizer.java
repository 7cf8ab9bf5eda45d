package stride.optim;

import java.util.List;
import stride.memory.FloatSlab;
import stride.nn.Kernels;

/**
 * How parameters step against their gradient, and which moments are kept from step to step.
 *
 * <p>The moments are the caller's: slabs as long as the parameters, 0 before the first step.
 * Belongs to one thread.
 */
public interface Optimizer {
  /**
   * Steps between two times that tiny moments become 0. Those of a unit that no row activates any
   * more decay at every step, and would take all the time of a step once they are denormal.
   */
  int TIDIED_EVERY = 64;

  /** The moments' names in a saved state, in the order in which {@link #step} takes them. */
  List<String> moments();

  /**
   * Takes a step.
   *
   * @param kernels what computes
   * @param number of the step, from 1
   * @param learningRate of the step
   * @param scale what gradients are multiplied by first, to clip their norm
   * @param parameters overwritten: [P]
   * @param gradients [P]
   * @param moments overwritten: one of [P] for each name
   */
  void step(
      Kernels kernels,
      long number,
      double learningRate,
      double scale,
      FloatSlab parameters,
      FloatSlab gradients,
      FloatSlab[] moments);
}
