package stride.results;

import java.util.Locale;
import stride.files.OrNull;

/**
 * An algorithm other than PPO by one program, from the first env step to the last, measured in turn
 * with the others: with the same hyper-parameters.
 *
 * @param algo short name of the algorithm
 * @param task name of the task
 * @param peer short name of the program
 * @param label the program in words
 * @param threads threads that the program computes with
 * @param envStepsPerSecond once learning has begun, median over slices of the run
 * @param strideRatio how many times as fast as this program Stride is; null if unknown
 * @param lastTenthRatio env steps per second of the last tenth of the slices over those of the
 *     first; null for programs that do not learn
 * @param updateMicroseconds of one update, sampling included, median over slices; null likewise
 * @param memoryBytes largest resident memory; null if not measured
 * @param firstUpdateSeconds from the start of the process to the end of the slice with its first
 *     update; null likewise
 */
public record AlgorithmRow(
    String algo,
    String task,
    String peer,
    String label,
    int threads,
    double envStepsPerSecond,
    @OrNull Double strideRatio,
    @OrNull Double lastTenthRatio,
    @OrNull Double updateMicroseconds,
    @OrNull Double memoryBytes,
    @OrNull Double firstUpdateSeconds) {

  /** The algorithm and the task in words. */
  public String contest() {
    return contest(algo, task);
  }

  private static String contest(String algo, String task) {
    return algo.toUpperCase(Locale.ROOT) + " on " + task;
  }

  /**
   * A program that was not measured.
   *
   * @param algo short name of the algorithm
   * @param task name of the task
   * @param label the program in words
   * @param reason why
   */
  public record LeftOut(String algo, String task, String label, String reason) {
    /** The algorithm and the task in words. */
    public String contest() {
      return AlgorithmRow.contest(algo, task);
    }
  }
}
