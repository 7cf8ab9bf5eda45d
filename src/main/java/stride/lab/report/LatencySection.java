package stride.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;
import stride.results.Percentiles;

/** How long pieces of work took, by percentile: a curve for each histogram of a log. */
final class LatencySection {
  private LatencySection() {}

  static boolean isEmpty(List<ResultsData> all) {
    return all.stream().allMatch(results -> results.latencies().isEmpty());
  }

  static void write(Page page, List<ResultsData> all) {
    page.open("latency", "Latency by percentile");
    page.paragraph(
        "How long one piece of work took, from the fastest to the slowest: each nine on the axis is"
            + " one more in ten of the slowest left out. A percentile takes as many pieces as leave"
            + " out one: 1,000 for p99.9. Names are environments x threads.");
    for (ResultsData results : all) {
      if (results.latencies().isEmpty()) {
        continue;
      }
      if (all.size() > 1) {
        page.heading(results.name());
      }
      page.openGrid();
      results.latencies().stream()
          .map(TimedWork::of)
          .sorted(Comparator.comparing(TimedWork::task).thenComparingInt(TimedWork::order))
          .forEach(work -> figure(page, work));
      page.closeGrid();
    }
    page.close();
  }

  /** That of a picture: the one that suits its longest time. */
  private record Unit(String name, double micros) {
    static Unit of(LatencyLog log) {
      double longest =
          log.histograms().values().stream()
              .mapToDouble(nanos -> nanos.getMaxValue() * 1e-3)
              .max()
              .orElse(0);
      return longest < 1e4
          ? new Unit("µs", 1)
          : longest < 1e7 ? new Unit("ms", 1e3) : new Unit("s", 1e6);
    }
  }

  private static void figure(Page page, TimedWork work) {
    LatencyLog log = work.log();
    Unit unit = Unit.of(log);
    List<Plot.Series> series = new ArrayList<>();
    var table = Percentiles.table("");
    log.histograms()
        .forEach(
            (tag, histogram) -> {
              String name = log.shortName(tag);
              series.add(
                  Plot.Series.curve(
                      name, Plot.color(series.size()), Plot.Style.LINE, curve(histogram, unit)));
              Percentiles.of(histogram).addTo(table, name);
            });
    Plot plot =
        Plot.curves(
            "Time by percentile, %s. The table has the numbers.".formatted(work.heading()),
            new Plot.Axis("percentile", Plot.Scale.NINES, List.of()),
            new Plot.Axis("time, " + unit.name(), Plot.Scale.LOG, List.of()),
            series);
    page.figure(work.heading(), plot, work.sentence(), table);
  }

  /** The slowest of n is where 1 in n is left: the curve ends there. */
  private static List<double[]> curve(Histogram nanos, Unit unit) {
    double count = nanos.getTotalCount();
    List<double[]> points = new ArrayList<>();
    for (double[] point : LatencyLog.curve(nanos)) {
      points.add(new double[] {Math.min(count, 100 / (100 - point[0])), point[1] / unit.micros()});
    }
    return points;
  }
}
