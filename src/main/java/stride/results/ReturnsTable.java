package stride.results;

import java.util.List;
import java.util.Locale;

/**
 * Returns over seeds beside those of the same algorithm in PyTorch.
 *
 * <p>The p is that of a one-sided test by Welch (1947); its null hypothesis is that the mean is
 * lower than PyTorch's by more than a margin fixed beforehand.
 */
public final class ReturnsTable {
  private ReturnsTable() {}

  /**
   * A line for each task, preset and kind of episodes.
   *
   * @param rows in order
   * @return the table
   */
  public static Table of(List<ReturnsRow> rows) {
    var table =
        new Table(
            "task, preset: episodes judged",
            "env steps",
            "seeds",
            "return, 95 % interval",
            "PyTorch",
            "its seeds",
            "p (margin)",
            "seconds a run",
            "commit");
    for (ReturnsRow row : rows) {
      table.add(
          "%s, %s: %s".formatted(row.task(), row.preset(), row.judgedBy()),
          Figures.whole((double) row.envSteps()),
          Integer.toString(row.returns().size()),
          mean(row.returns()),
          mean(row.reference()),
          Integer.toString(row.reference().size()),
          row.isCompared() ? p(row) : "-",
          row.seconds() == null ? "-" : Figures.fixed(ReturnsRow.mean(row.seconds()).mean(), 0),
          "%.7s".formatted(row.commit()));
    }
    return table;
  }

  private static String mean(List<Double> returns) {
    return returns.isEmpty() ? "-" : Figures.mean(ReturnsRow.mean(returns), 0);
  }

  private static String p(ReturnsRow row) {
    return String.format(Locale.ROOT, "%.2g (%.0f %%)", row.notWorse(), 100 * row.margin());
  }
}
