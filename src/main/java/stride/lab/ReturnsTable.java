package stride.lab;

import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Returns over seeds beside those of the same algorithm in PyTorch, as the README shows them.
 *
 * <p>Whether Stride's are not worse is a one-sided test by Welch (1947) of means that may differ by
 * a margin fixed beforehand.
 */
final class ReturnsTable {
  private final Table table =
      new Table(
          "task, preset: returns of",
          "env steps",
          "seeds",
          "return, 95 % interval",
          "PyTorch",
          "worse by more than the margin: p",
          "seconds a run");

  /**
   * Adds a task.
   *
   * @param name task and preset
   * @param envSteps of a run
   * @param returns one a seed
   * @param seconds wall time of each run
   * @param reference the same of PyTorch; may be empty
   * @param margin by which the mean may be lower, as a part of the reference's
   */
  void add(
      String name,
      long envSteps,
      double[] returns,
      double[] seconds,
      double[] reference,
      double margin) {
    boolean compared = reference.length > 1;
    table.add(
        name,
        String.format(Locale.ROOT, "%,d", envSteps),
        Integer.toString(returns.length),
        interval(returns),
        compared ? interval(reference) : "",
        compared
            ? String.format(
                Locale.ROOT,
                "%.2g (margin %.0f %%)",
                notWorse(returns, reference, margin),
                100 * margin)
            : "",
        String.format(Locale.ROOT, "%.0f", DoubleStream.of(seconds).average().orElse(Double.NaN)));
  }

  private static String interval(double[] values) {
    MeanInterval interval = MeanInterval.of(values);
    return String.format(Locale.ROOT, "%.0f ± %.0f", interval.mean(), interval.half());
  }

  /**
   * How probable means at least this far above the margin are if the true one lies on it.
   *
   * @param returns of what is tested
   * @param reference what it is held to
   * @param margin by which it may be lower, as a part of the reference's mean
   * @return p of the one-sided Welch test
   */
  static double notWorse(double[] returns, double[] reference, double margin) {
    UncertainMean other = UncertainMean.of(reference);
    return UncertainMean.of(returns).minus(other).pAbove(-margin * other.mean());
  }

  String toMarkdown() {
    return table.toMarkdown();
  }
}
