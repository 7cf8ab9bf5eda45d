package stride.train;

import java.nio.file.Path;

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
 * @param configuration digest of the run's options; null in files of before it was kept
 * @param code digest of what computed; null likewise
 */
public record CheckpointInfo(
    String algo,
    String task,
    long seed,
    long iteration,
    long envSteps,
    double bestReturn,
    long bestIteration,
    String configuration,
    String code) {

  /**
   * Refuses the checkpoint of another run.
   *
   * @param file where it is
   * @param wantedTask the run's
   * @param wantedAlgo the run's
   * @param wantedSeed the run's
   * @throws TrainException naming both
   */
  public void requireOf(Path file, String wantedTask, String wantedAlgo, long wantedSeed) {
    if (!task.equals(wantedTask) || !algo.equals(wantedAlgo) || seed != wantedSeed) {
      throw new TrainException(
          "%s is of task=%s, algo=%s, seed=%d, required: task=%s, algo=%s, seed=%d"
              .formatted(file, task, algo, seed, wantedTask, wantedAlgo, wantedSeed));
    }
  }
}
