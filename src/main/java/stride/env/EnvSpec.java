package stride.env;

import stride.memory.Shape;

/**
 * What a task looks like from outside.
 *
 * @param id Gymnasium's name, for example {@code Hopper-v5}
 * @param observationShape dimensions of one observation, of one frame where it has several
 * @param observationType how its elements are stored
 * @param actionSpace what an action is
 * @param maxEpisodeSteps env steps after which an episode is truncated
 * @param frameSkip physics steps in an env step
 * @param dt seconds of simulated time in an env step
 * @param history H, how many of the last frames policies see together; 1 where observations are
 *     numbers
 */
public record EnvSpec(
    String id,
    Shape observationShape,
    ObservationType observationType,
    ActionSpace actionSpace,
    int maxEpisodeSteps,
    int frameSkip,
    double dt,
    int history) {

  /**
   * Checks the history.
   *
   * @throws IllegalArgumentException if it is too small, or there are no frames to have one of
   */
  public EnvSpec {
    if (history < 1 || (history > 1 && observationType != ObservationType.U8)) {
      throw new IllegalArgumentException(
          "history=" + history + ", required: >= 1, and 1 where observations are no frames");
    }
  }

  /** What a task looks like whose policies see one observation at a time. */
  public EnvSpec(
      String id,
      Shape observationShape,
      ObservationType observationType,
      ActionSpace actionSpace,
      int maxEpisodeSteps,
      int frameSkip,
      double dt) {
    this(id, observationShape, observationType, actionSpace, maxEpisodeSteps, frameSkip, dt, 1);
  }

  /** D, the elements of one observation. */
  public int observationElements() {
    return Math.toIntExact(observationShape.elements());
  }

  /** D H, the numbers that a policy sees. */
  public int inputElements() {
    return Math.multiplyExact(observationElements(), history);
  }

  /** Whether observations are frames. */
  public boolean frames() {
    return observationType == ObservationType.U8;
  }
}
