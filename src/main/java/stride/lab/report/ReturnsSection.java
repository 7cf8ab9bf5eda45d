package stride.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import stride.files.JsonObject;
import stride.results.Figures;
import stride.results.Table;
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

  private static void figure(Page page, String heading, List<JsonObject> rows) {
    var table =
        new Table(
            "task, preset",
            "returns of",
            "env steps",
            "seeds",
            "return",
            "in PyTorch",
            "its seeds");
    List<String> names = new ArrayList<>();
    List<UncertainMean> ours = new ArrayList<>(); // null, as for the others: none measured
    List<UncertainMean> others = new ArrayList<>();
    for (JsonObject row : rows) {
      double[] returns = row.numbers("returns");
      double[] reference = row.numbersIfAny("reference");
      names.add(row.text("task") + ", " + row.text("preset"));
      ours.add(returns.length == 0 ? null : UncertainMean.of(returns));
      others.add(reference.length == 0 ? null : UncertainMean.of(reference));
      table.add(
          names.getLast(),
          row.text("judged_by"),
          String.format(Locale.ROOT, "%,d", row.integer("env_steps")),
          Integer.toString(returns.length),
          text(ours.getLast()),
          text(others.getLast()),
          Integer.toString(reference.length));
    }
    Plot plot =
        Plot.rows(
            Plot.Kind.BARS,
            "Returns over seeds. The table has the numbers.",
            Plot.Axis.linear("mean return of an episode"),
            names,
            List.of(series("Stride", 1, ours), series("PyTorch", 3, others)));
    page.figure(heading, plot, "", table);
  }

  private static String text(UncertainMean interval) {
    return interval == null ? "-" : Figures.mean(interval, 1);
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
