package stride.results;

import java.util.List;
import stride.files.OrNull;
import stride.stats.Equivalence;
import stride.stats.UncertainMean;

/**
 * Returns of one task and preset over seeds.
 *
 * @param task name of the task
 * @param preset of the options
 * @param judgedBy which episodes count
 * @param commit of the trainings
 * @param envSteps of a training
 * @param seconds wall time of each training; null if it was not measured
 * @param returns one a seed
 * @param reference the same of PyTorch, one a seed; may be empty
 */
public record ReturnsRow(
    String task,
    String preset,
    String judgedBy,
    String commit,
    long envSteps,
    @OrNull List<Double> seconds,
    List<Double> returns,
    List<Double> reference) {
  private static final double MARGIN = 0.2;
  private static final double WIDE_MARGIN = 0.35; // where as many seeds resolve no smaller one
  private static final int SEEDS = 20;

  /** The form of {@code returns.json}. */
  record File(int schemaVersion, List<ReturnsRow> rows) {}

  /** Whether both are of one task, preset and kind of episodes. */
  public boolean isOfTheSame(ReturnsRow other) {
    return task.equals(other.task)
        && preset.equals(other.preset)
        && judgedBy.equals(other.judgedBy);
  }

  /** Whether returns can be tested against PyTorch's. */
  public boolean isCompared() {
    return returns.size() > 1 && reference.size() > 1;
  }

  /** Over seeds. */
  public UncertainMean mean() {
    return mean(returns);
  }

  /** PyTorch's over seeds. */
  public UncertainMean referenceMean() {
    return mean(reference);
  }

  static UncertainMean mean(List<Double> values) {
    return UncertainMean.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /**
   * By which the mean may be lower than PyTorch's, as a fraction of PyTorch's. It depends on the
   * spread of PyTorch's returns alone.
   */
  public double margin() {
    UncertainMean other = referenceMean();
    double variance = other.variance() * reference.size();
    double power = Equivalence.power(SEEDS, variance, variance, MARGIN * other.mean());
    return power < Equivalence.WANTED_POWER ? WIDE_MARGIN : MARGIN;
  }

  /** As {@link #notWorse(double)} with the margin of this row. */
  public double notWorse() {
    return notWorse(margin());
  }

  /**
   * How probable a mean at least this far above the margin is if the true one lies on it.
   *
   * @param share by which the mean may be lower than PyTorch's, as a fraction of that
   * @return p of the one-sided Welch test
   */
  double notWorse(double share) {
    UncertainMean other = referenceMean();
    return mean().minus(other).pAbove(-share * other.mean());
  }
}
