package stride.lab.report;

import java.util.ArrayList;
import java.util.List;
import stride.results.ReturnsRow;
import stride.results.ReturnsTable;
import stride.stats.UncertainMean;

/** Returns over seeds, beside those of the same algorithm in PyTorch where the folder has them. */
final class ReturnsSection {
  private ReturnsSection() {}

  static boolean isEmpty(List<ResultsData> all) {
    return all.stream().allMatch(results -> results.returns().isEmpty());
  }

  static void write(Page page, List<ResultsData> all) {
    page.open("returns", "Returns over seeds");
    page.paragraph(
        "Means over seeds with their 95 % interval. A speed-up counts only if these do not fall.");
    page.openGrid();
    for (ResultsData results : all) {
      if (!results.returns().isEmpty()) {
        figure(page, all.size() > 1 ? results.name() : "Returns", results.returns());
      }
    }
    page.closeGrid().close();
  }

  private static void figure(Page page, String heading, List<ReturnsRow> rows) {
    List<UncertainMean> ours = new ArrayList<>(); // null, as for the others: none measured
    List<UncertainMean> others = new ArrayList<>();
    for (ReturnsRow row : rows) {
      ours.add(row.returns().isEmpty() ? null : row.mean());
      others.add(row.reference().isEmpty() ? null : row.referenceMean());
    }
    Plot plot =
        Plot.rows(
            Plot.Kind.BARS,
            "Returns over seeds. The table has the numbers.",
            Plot.Axis.linear("mean return of an episode"),
            rows.stream().map(row -> row.task() + ", " + row.preset()).toList(),
            List.of(series("Stride", 1, ours), series("PyTorch", 3, others)));
    page.figure(heading, plot, "", ReturnsTable.of(rows));
  }

  private static Plot.Series series(String name, int color, List<UncertainMean> intervals) {
    List<Double> means = new ArrayList<>();
    List<Double> low = new ArrayList<>();
    List<Double> high = new ArrayList<>();
    for (UncertainMean interval : intervals) {
      means.add(interval == null ? null : (Double) interval.mean());
      low.add(interval == null ? null : (Double) interval.interval().low());
      high.add(interval == null ? null : (Double) interval.interval().high());
    }
    return Plot.Series.intervals(name, color, means, low, high);
  }
}
