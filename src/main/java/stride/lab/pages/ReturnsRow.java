package stride.lab.pages;

import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import stride.files.JsonObject;
import stride.lab.verify.Power;
import stride.results.Results;

/**
 * Returns of one task and preset over seeds.
 *
 * @param task name of the task
 * @param preset of the options
 * @param judgedBy which episodes count
 * @param commit of the trainings
 * @param envSteps of a training
 * @param returns one a seed
 * @param seconds wall time of each training; may be empty
 * @param reference the same of PyTorch, one a seed; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // made here, read here, never compared
record ReturnsRow(
    String task,
    String preset,
    String judgedBy,
    String commit,
    long envSteps,
    double[] returns,
    double[] seconds,
    double[] reference) {
  private static final double MARGIN = 0.2;
  private static final double WIDE_MARGIN = 0.35; // where as many seeds resolve no smaller one
  private static final int SEEDS = 20;

  /** Reads a folder's returns.json; nothing if there is none. */
  static List<ReturnsRow> read(Results results) {
    return results.returns().stream().map(ReturnsRow::of).toList();
  }

  /** The same with rows that were measured anew, which take the places of older ones. */
  static List<ReturnsRow> read(Results results, Results newer) {
    List<ReturnsRow> anew = read(newer);
    return read(results).stream()
        .map(row -> anew.stream().filter(row::isOfTheSame).findFirst().orElse(row))
        .toList();
  }

  private boolean isOfTheSame(ReturnsRow other) {
    return task.equals(other.task)
        && preset.equals(other.preset)
        && judgedBy.equals(other.judgedBy);
  }

  private static ReturnsRow of(JsonObject row) {
    return new ReturnsRow(
        row.text("task"),
        row.text("preset"),
        row.text("judged_by"),
        row.text("commit"),
        row.integer("env_steps"),
        row.numbers("returns"),
        row.numbersIfAny("seconds"),
        row.numbersIfAny("reference"));
  }

  /**
   * By which the mean may be lower than PyTorch's, as a fraction of PyTorch's. It depends on the
   * spread of PyTorch's returns alone.
   */
  double margin() {
    double variance = StatUtils.variance(reference);
    double narrow = MARGIN * StatUtils.mean(reference);
    return Power.of(SEEDS, variance, variance, narrow) < Power.WANTED ? WIDE_MARGIN : MARGIN;
  }

  boolean isCompared() {
    return returns.length > 1 && reference.length > 1;
  }
}
