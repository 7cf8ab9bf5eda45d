package stride.results;

import stride.files.OrNull;

/**
 * Training end to end by one program, measured in turn with the others of its size.
 *
 * @param task name of the task
 * @param envs environments
 * @param steps steps of each environment in an iteration
 * @param peer short name of the program
 * @param label the program in words
 * @param threads threads that the program computes with
 * @param envStepsPerSecond of whole iterations
 * @param strideRatio how many times as fast as this program Stride is; null if unknown
 * @param updateSamplesPerSecond of updates alone; null for programs without updates
 * @param updateRatio how many times as fast Stride's updates are; null likewise
 * @param memoryBytes largest resident memory; null if not measured
 * @param firstIterationSeconds from the start of the process to the end of the first iteration;
 *     null likewise
 */
public record TrainingRow(
    String task,
    int envs,
    int steps,
    String peer,
    String label,
    int threads,
    double envStepsPerSecond,
    @OrNull Double strideRatio,
    @OrNull Double updateSamplesPerSecond,
    @OrNull Double updateRatio,
    @OrNull Double memoryBytes,
    @OrNull Double firstIterationSeconds) {

  /**
   * A program that was not measured.
   *
   * @param task name of the task
   * @param envs environments
   * @param steps steps of each environment in an iteration
   * @param label the program in words
   * @param reason why
   */
  public record LeftOut(String task, int envs, int steps, String label, String reason) {
    /** Whether a row is of the same task and size. */
    public boolean isBeside(TrainingRow row) {
      return task.equals(row.task()) && envs == row.envs() && steps == row.steps();
    }
  }

  /** Environments and steps, for example {@code 64 x 128}. */
  public String size() {
    return "%d x %d".formatted(envs, steps);
  }

  /** Whether both are of one task and size. */
  public boolean isBeside(TrainingRow other) {
    return task.equals(other.task) && envs == other.envs && steps == other.steps;
  }

  /** How many trainings run at once on so many cores; EnvPool's own threads take all of them. */
  public int atOnce(int cores) {
    return label.contains("EnvPool") ? 1 : Math.max(1, cores / threads);
  }
}
