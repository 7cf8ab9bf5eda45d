package stride.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import stride.files.FileException;
import stride.lab.LabException;
import stride.lab.bench.Comparison;
import stride.lab.bench.ComparisonRow;
import stride.results.Table;

/** JMH's benchmarks of folders against those of the first, as {@code stride compare} judges. */
final class RatiosSection {
  /** What slower is tolerated decides no verdict, only when anchors are doubted. */
  private static final double TOLERANCE = 0.05;

  private RatiosSection() {}

  private static List<ResultsData> benched(List<ResultsData> all) {
    return all.stream().filter(results -> !results.benchmarks().isEmpty()).toList();
  }

  static boolean isEmpty(List<ResultsData> all) {
    return benched(all).size() < 2;
  }

  static void write(Page page, List<ResultsData> all) {
    List<ResultsData> folders = benched(all);
    ResultsData first = folders.getFirst();
    page.open("ratios", "JMH ratios");
    page.paragraph(
        "How many times as fast as in "
            + first.name()
            + ", called A: ratios of the geometric means over forks, as measured and corrected by"
            + " the anchors. The interval covers Welch's 95 % intervals of both, and a verdict"
            + " rests on both; pictures show the corrected ratio. A verdict takes five forks on"
            + " both sides, and counts how many benchmarks there are; fewer forks give figures"
            + " alone. stride compare says the same.");
    Map<String, Comparison> comparisons = new LinkedHashMap<>();
    List<String> doubts = new ArrayList<>();
    for (ResultsData other : folders.subList(1, folders.size())) {
      try {
        Comparison comparison =
            Comparison.of(first.results(), other.results(), TOLERANCE, /* otherMachine= */ true);
        comparisons.put(other.name(), comparison);
        doubts.add(other.name() + ": " + comparison.correction());
        comparison.warnings().forEach(doubt -> doubts.add(other.name() + ": " + doubt));
      } catch (LabException
          | FileException e) { // an unfinished run, or nothing in common: the rest is still shown
        doubts.add(other.name() + " is not compared: " + withoutPaths(e, first, other));
      }
    }
    if (!doubts.isEmpty()) {
      page.list(doubts);
    }
    Set<String> suites = new LinkedHashSet<>();
    comparisons.values().forEach(c -> c.rows().forEach(row -> suites.add(row.suite())));
    page.openGrid();
    List<String> names = all.stream().map(ResultsData::name).toList();
    suites.forEach(suite -> figure(page, names, suite, rows(comparisons, suite)));
    page.closeGrid();
    page.close();
  }

  private static String withoutPaths(RuntimeException e, ResultsData... folders) {
    String message = e.getMessage();
    for (ResultsData folder : folders) {
      message = message.replace(folder.results().path().toString(), folder.name());
    }
    return message;
  }

  /** Of one suite, by folder. */
  private static Map<String, List<ComparisonRow>> rows(
      Map<String, Comparison> comparisons, String suite) {
    Map<String, List<ComparisonRow>> rows = new LinkedHashMap<>();
    comparisons.forEach(
        (folder, comparison) ->
            rows.put(
                folder,
                comparison.rows().stream().filter(row -> row.suite().equals(suite)).toList()));
    rows.values().removeIf(List::isEmpty);
    return rows;
  }

  private static void figure(
      Page page, List<String> folders, String suite, Map<String, List<ComparisonRow>> byFolder) {
    List<String> heads = new ArrayList<>(ComparisonRow.HEADS);
    heads.add(1, "B");
    var table = new Table(heads.toArray(String[]::new));
    Set<String> names = new LinkedHashSet<>();
    byFolder.forEach(
        (folder, rows) -> {
          for (ComparisonRow row : rows) {
            List<String> cells = new ArrayList<>(row.cells());
            names.add(row.name());
            cells.add(1, folder);
            table.add(cells.toArray(String[]::new));
          }
        });
    List<Plot.Series> series = new ArrayList<>();
    byFolder.forEach(
        (folder, rows) ->
            series.add(
                Plot.Series.intervals(
                    folder,
                    Plot.color(folders.indexOf(folder)), // as in the scores
                    values(names, rows, ComparisonRow::ratio),
                    values(names, rows, row -> orRatio(row, row.low())),
                    values(names, rows, row -> orRatio(row, row.high())))));
    Plot plot =
        Plot.rows(
            Plot.Kind.BARS,
            "JMH ratios, %s. The table has the numbers.".formatted(suite),
            Plot.Axis.linear("times as fast as A"),
            List.copyOf(names),
            series);
    page.figure(suite + ", ratio to A", plot, "", table);
  }

  private static Double orRatio(ComparisonRow row, Double end) {
    return end == null ? (Double) row.ratio() : end;
  }

  /** One a name, null where the folder does not have it. */
  private static List<Double> values(
      Set<String> names, List<ComparisonRow> rows, Function<ComparisonRow, Double> value) {
    Map<String, Double> byName = new LinkedHashMap<>();
    rows.forEach(row -> byName.put(row.name(), value.apply(row)));
    List<Double> all = new ArrayList<>();
    names.forEach(name -> all.add(byName.get(name)));
    return all;
  }
}
