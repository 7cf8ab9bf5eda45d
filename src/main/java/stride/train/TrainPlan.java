package stride.train;

import stride.learn.Learner;

/**
 * What a run is to do. Only how often it is saved, the warm-up and the code may be others in the
 * next sitting.
 *
 * @param task Gymnasium's name
 * @param algo the algorithm
 * @param seed of the run
 * @param totalTimesteps env steps; rounded down to whole iterations, at least one
 * @param checkpoints when the run is saved; at its end in any case
 * @param warmUpSeconds how long the learner may compile before the clock starts; 0 for not at all
 * @param code what computes
 */
public record TrainPlan(
    String task,
    String algo,
    long seed,
    long totalTimesteps,
    Cadence checkpoints,
    double warmUpSeconds,
    Code code) {
  /** Checks the numbers. */
  public TrainPlan {
    if (totalTimesteps < 1 || !(warmUpSeconds >= 0)) {
      throw new IllegalArgumentException(
          "total_timesteps=%d, warm_up_seconds=%s, required: >= 1, >= 0"
              .formatted(totalTimesteps, warmUpSeconds));
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

  /** The same with other checkpoints. */
  public TrainPlan with(Cadence other) {
    return new TrainPlan(task, algo, seed, totalTimesteps, other, warmUpSeconds, code);
  }
}
