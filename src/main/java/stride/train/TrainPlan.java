package stride.train;

import stride.learn.Learner;

/**
 * What a run is to do; the same for all of its sittings.
 *
 * @param task Gymnasium's name
 * @param algo the algorithm
 * @param seed of the run
 * @param totalTimesteps env steps; rounded down to whole iterations, at least one
 * @param checkpointEvery env steps between checkpoints, rounded up to whole iterations
 * @param warmUpSeconds how long the learner may compile before the clock starts; 0 for not at all
 * @param code what computes
 */
public record TrainPlan(
    String task,
    String algo,
    long seed,
    long totalTimesteps,
    long checkpointEvery,
    double warmUpSeconds,
    Code code) {
  /** Checks the numbers. */
  public TrainPlan {
    if (totalTimesteps < 1 || checkpointEvery < 1 || !(warmUpSeconds >= 0)) {
      throw new IllegalArgumentException(
          ("total_timesteps=%d, checkpoint_every=%d, warm_up_seconds=%s, required: >= 1, >= 1,"
                  + " >= 0")
              .formatted(totalTimesteps, checkpointEvery, warmUpSeconds));
    }
  }

  /**
   * How many iterations there are.
   *
   * @param learner whose steps count
   * @return at least one
   */
  public long iterations(Learner learner) {
    return Math.max(1, (totalTimesteps - learner.seedingSteps()) / learner.envStepsPerIteration());
  }

  /**
   * How many iterations there are from one checkpoint to the next.
   *
   * @param learner whose steps count
   * @return at least one
   */
  public long checkpointIterations(Learner learner) {
    return Math.ceilDiv(checkpointEvery, learner.envStepsPerIteration());
  }
}
