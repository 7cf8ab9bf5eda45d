package stride.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import stride.results.JmhResult;
import stride.results.Table;
import stride.results.Warnings;

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
        "Scores with JMH's own error: half of its 99.9 % interval over iterations. Few iterations make"
            + " it wide; where it leaves the picture, the table has it. Where a benchmark counts env"
            + " steps or rows, the picture shows those.");
    // by suite and unit, in the order of the first folder that has them
    Map<String, List<Map<String, Score>>> groups = new LinkedHashMap<>();
    for (int k = 0; k < all.size(); k++) {
      for (JmhResult result : all.get(k).benchmarks()) {
        Score score = Score.of(result);
        String key = score.suite() + ", " + score.units();
        groups.computeIfAbsent(key, _ -> empty(folders.size())).get(k).put(score.name(), score);
      }
    }
    page.openGrid();
    groups.values().forEach(scores -> figure(page, folders, scores));
    page.closeGrid();
    page.close();
  }

  private static List<Map<String, Score>> empty(int folders) {
    List<Map<String, Score>> maps = new ArrayList<>();
    for (int k = 0; k < folders; k++) {
      maps.add(new LinkedHashMap<>());
    }
    return maps;
  }

  private static void figure(Page page, List<String> folders, List<Map<String, Score>> scores) {
    Set<String> names = new LinkedHashSet<>();
    scores.forEach(map -> names.addAll(map.keySet()));
    List<Plot.Series> series = new ArrayList<>();
    for (int k = 0; k < folders.size(); k++) {
      Map<String, Score> its = scores.get(k);
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
    Score any = scores.stream().flatMap(map -> map.values().stream()).findFirst().orElseThrow();
    String unit = any.shown().unit();
    String heading = any.suite() + ", " + unit;
    Plot plot =
        Plot.rows(
            Plot.Kind.BARS,
            "JMH scores, %s. The table has the numbers.".formatted(heading),
            new Plot.Axis(unit, scale(scores), List.of()),
            List.copyOf(names),
            series);
    page.figure(heading, plot, "", table(names, folders, scores, any));
  }

  private static List<Double> values(
      Set<String> names, Map<String, Score> scores, ToDoubleFunction<Score.Value> value) {
    List<Double> all = new ArrayList<>();
    for (String name : names) {
      Score score = scores.get(name);
      all.add(score == null ? null : (Double) value.applyAsDouble(score.shown()));
    }
    return all;
  }

  private static Plot.Scale scale(List<Map<String, Score>> scores) {
    double[] means =
        scores.stream()
            .flatMap(map -> map.values().stream())
            .mapToDouble(score -> score.shown().mean())
            .sorted()
            .toArray();
    boolean far = means[0] > 0 && means[means.length - 1] / means[0] > FAR_APART;
    return far ? Plot.Scale.LOG : Plot.Scale.LINEAR;
  }

  private static Table table(
      Set<String> names, List<String> folders, List<Map<String, Score>> scores, Score any) {
    if (folders.size() > 1) {
      return sideBySide(names, folders, scores);
    }
    List<String> header =
        new ArrayList<>(
            List.of("benchmark", "mode", "cnt", "score ± 99.9 %, " + any.primary().unit()));
    if (any.counted() != null) {
      header.add(any.counted().unit());
    }
    var table = new Table(header.toArray(String[]::new));
    for (Score score : scores.getFirst().values()) {
      List<String> cells = new ArrayList<>(List.of(score.markedName()));
      cells.add(score.mode());
      cells.add(Integer.toString(score.count()));
      cells.add(score.primary().text());
      if (score.counted() != null) {
        cells.add(score.counted().shortText());
      }
      table.add(cells.toArray(String[]::new));
    }
    return table.withNote(note(scores));
  }

  private static String note(List<Map<String, Score>> scores) {
    return scores.stream().flatMap(its -> its.values().stream()).anyMatch(Score::doubtful)
        ? Warnings.BENCHMARKS_NOTE
        : "";
  }

  private static Table sideBySide(
      Set<String> names, List<String> folders, List<Map<String, Score>> scores) {
    List<String> header = new ArrayList<>(List.of("benchmark"));
    header.addAll(folders);
    var table = new Table(header.toArray(String[]::new));
    for (String name : names) {
      List<String> cells = new ArrayList<>(List.of(name));
      for (Map<String, Score> its : scores) {
        Score score = its.get(name); // null: the folder does not have it
        cells.add(
            score == null ? "-" : Warnings.marked(score.shown().shortText(), score.doubtful()));
      }
      table.add(cells.toArray(String[]::new));
    }
    return table.withNote(note(scores));
  }
}
