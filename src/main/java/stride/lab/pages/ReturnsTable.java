package stride.lab.pages;

import java.util.Locale;
import org.apache.commons.math3.stat.StatUtils;
import stride.results.Figures;
import stride.results.Table;
import stride.stats.UncertainMean;

/**
 * Returns over seeds beside those of the same algorithm in PyTorch.
 *
 * <p>The p is that of a one-sided test by Welch (1947); its null hypothesis is that the mean is
 * lower than PyTorch's by more than a margin fixed beforehand.
 */
final class ReturnsTable {
  private final Table table =
      new Table(
          "task, preset: episodes judged",
          "env steps",
          "seeds",
          "return, 95 % interval",
          "PyTorch",
          "p (margin)",
          "seconds a run",
          "commit");

  void add(ReturnsRow row) {
    table.add(
        "%s, %s: %s".formatted(row.task(), row.preset(), row.judgedBy()),
        Figures.whole((double) row.envSteps()),
        Integer.toString(row.returns().length),
        interval(row.returns()),
        row.reference().length == 0 ? "" : interval(row.reference()),
        row.isCompared() ? p(row) : "",
        row.seconds().length == 0 ? "-" : Figures.fixed(StatUtils.mean(row.seconds()), 0),
        "%.7s".formatted(row.commit()));
  }

  private static String p(ReturnsRow row) {
    double p = notWorse(row.returns(), row.reference(), row.margin());
    return String.format(Locale.ROOT, "%.2g (%.0f %%)", p, 100 * row.margin());
  }

  /** A mean and half of its 95 % interval, as whole numbers; one value has no interval. */
  static String interval(double[] values) {
    if (values.length == 0) {
      return "-";
    }
    return Figures.mean(UncertainMean.of(values), 0);
  }

  /**
   * How probable a mean at least this far above the margin is if the true one lies on it.
   *
   * @param returns of what is tested
   * @param reference what it is held to
   * @param margin by which it may be lower, as a fraction of the reference's mean
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
