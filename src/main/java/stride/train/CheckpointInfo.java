package stride.train;

/**
 * What a checkpoint is of.
 *
 * @param algo the algorithm, for example {@code ppo}
 * @param task Gymnasium's name of the task
 * @param seed of the run
 * @param iteration how many were done
 * @param envSteps how many were done, of all environments together
 * @param bestReturn the highest mean return of 100 episodes at a checkpoint so far; NaN if none
 * @param bestIteration the iteration of that checkpoint; -1 if none
 */
public record CheckpointInfo(
    String algo,
    String task,
    long seed,
    long iteration,
    long envSteps,
    double bestReturn,
    long bestIteration) {}
