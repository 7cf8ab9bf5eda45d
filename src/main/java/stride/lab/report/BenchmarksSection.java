package stride.lab.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import stride.results.BenchmarkTables;
import stride.results.JmhResult;
import stride.results.Score;

/** JMH's scores by suite, a colour for each folder. */
final class BenchmarksSection {
  /** Scores further apart than this are drawn on a logarithmic axis. */
  private static final double FAR_APART = 30;

  private BenchmarksSection() {}

  static boolean isEmpty(List<ResultsData> all) {
    return all.stream().allMatch(results -> results.benchmarks().isEmpty());
  }

  static void write(Page page, List<ResultsData> all) {
    List<String> folders = all.stream().map(ResultsData::name).toList();
    page.open("jmh", "JMH");
    page.paragraph(
        "Scores with JMH's own error: half of its 99.9 % interval over iterations. Few iterations"
            + " make it wide; where it leaves the picture, the table has it. Where a benchmark"
            + " counts env steps or rows, the picture shows those.");
    // by suite and unit, in the order of the first folder that has them
    Map<String, List<List<JmhResult>>> groups = new LinkedHashMap<>();
    for (int k = 0; k < all.size(); k++) {
      for (JmhResult result : all.get(k).benchmarks()) {
        String key = result.suite() + ", " + Score.of(result).units();
        groups.computeIfAbsent(key, _ -> empty(folders.size())).get(k).add(result);
      }
    }
    page.openGrid();
    groups.values().forEach(results -> figure(page, folders, results));
    page.closeGrid();
    page.close();
  }

  private static List<List<JmhResult>> empty(int folders) {
    return Stream.generate(() -> (List<JmhResult>) new ArrayList<JmhResult>())
        .limit(folders)
        .toList();
  }

  private static void figure(Page page, List<String> folders, List<List<JmhResult>> results) {
    List<JmhResult> all = results.stream().flatMap(List::stream).toList();
    List<String> names = all.stream().map(JmhResult::name).distinct().toList();
    List<Plot.Series> series = new ArrayList<>();
    for (int k = 0; k < folders.size(); k++) {
      List<JmhResult> its = results.get(k);
      if (!its.isEmpty()) {
        series.add(
            Plot.Series.intervals(
                folders.get(k),
                Plot.color(k),
                values(names, its, Score.Value::mean),
                values(names, its, Score.Value::low),
                values(names, its, Score.Value::high)));
      }
    }
    String unit = Score.of(all.getFirst()).shown().unit();
    String heading = all.getFirst().suite() + ", " + unit;
    Plot plot =
        Plot.rows(
            Plot.Kind.BARS,
            "JMH scores, %s. The table has the numbers.".formatted(heading),
            new Plot.Axis(unit, scale(all), List.of()),
            names,
            series);
    page.figure(
        heading,
        plot,
        "",
        folders.size() > 1
            ? BenchmarkTables.sideBySide(folders, results)
            : BenchmarkTables.scores(results.getFirst()));
  }

  /** One a name, null where the folder does not have it. */
  private static List<Double> values(
      List<String> names, List<JmhResult> results, ToDoubleFunction<Score.Value> value) {
    Map<String, Double> byName = new HashMap<>();
    results.forEach(
        result -> byName.put(result.name(), value.applyAsDouble(Score.of(result).shown())));
    List<Double> all = new ArrayList<>();
    names.forEach(name -> all.add(byName.get(name)));
    return all;
  }

  private static Plot.Scale scale(List<JmhResult> results) {
    double[] means =
        results.stream().mapToDouble(result -> Score.of(result).shown().mean()).sorted().toArray();
    boolean far = means[0] > 0 && means[means.length - 1] / means[0] > FAR_APART;
    return far ? Plot.Scale.LOG : Plot.Scale.LINEAR;
  }
}
