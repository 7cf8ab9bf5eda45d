package stride.env;

import stride.memory.Shape;

/**
 * What a task looks like from outside.
 *
 * @param id Gymnasium's name, for example {@code Hopper-v5}
 * @param observationShape dimensions of one observation
 * @param observationType how its elements are stored
 * @param actionSpace what an action is
 * @param maxEpisodeSteps env steps after which an episode is truncated
 * @param frameSkip physics steps in an env step
 * @param dt seconds of simulated time in an env step
 */
public record EnvSpec(
    String id,
    Shape observationShape,
    ObservationType observationType,
    ActionSpace actionSpace,
    int maxEpisodeSteps,
    int frameSkip,
    double dt) {

  /** D, the elements of one observation. */
  public int observationElements() {
    return Math.toIntExact(observationShape.elements());
  }
}
