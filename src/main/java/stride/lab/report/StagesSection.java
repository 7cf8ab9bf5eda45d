package stride.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stride.files.JsonObject;
import stride.learn.Stage;
import stride.results.Figures;
import stride.results.Table;

/** Where the time of an iteration goes: a bar for each row of a profile. */
final class StagesSection {
  /** Stages below it, in every row, are drawn as one. */
  private static final double SMALL_PERCENT = 1;

  private static final List<String> VOCABULARY = Stream.of(Stage.values()).map(Stage::key).toList();

  private StagesSection() {}

  static void write(Page page, List<ResultsData> all) {
    page.open("stages", "Where the time goes");
    page.paragraph(
        "Shares of the wall time of an iteration, by stage. rollout.physics is MuJoCo's"
            + " own; all the rest is Stride's, and the most that a faster Stride could save.");
    List<String> drawn = drawn(all);
    for (ResultsData results : all) {
      if (results.profiles().isEmpty()) {
        continue;
      }
      if (all.size() > 1) {
        page.heading(results.name());
      }
      page.openGrid();
      results.profiles().forEach(profile -> figure(page, profile, drawn));
      page.closeGrid();
      if (!results.recordings().isEmpty()) {
        page.paragraph(
            "What ran within the stages is in these files of the folder: "
                + String.join(", ", results.recordings())
                + ".");
      }
    }
    page.close();
  }

  private static void figure(Page page, JsonObject profile, List<String> drawn) {
    List<JsonObject> rows = profile.list("rows");
    List<String> names = rows.stream().map(StagesSection::name).toList();
    List<Map<String, Double>> shares = rows.stream().map(StagesSection::shares).toList();
    Set<String> leaves = leaves(rows);
    List<Plot.Series> series = new ArrayList<>();
    Set<String> large = large(rows);
    for (String stage : large) {
      series.add(
          Plot.Series.bars(
              stage,
              Plot.color(drawn.indexOf(stage)),
              shares.stream().map(row -> share(row, stage)).toList()));
    }
    List<Double> rest =
        shares.stream()
            .map(
                row ->
                    leaves.stream()
                        .filter(stage -> !large.contains(stage))
                        .mapToDouble(stage -> share(row, stage))
                        .sum())
            .toList();
    series.add(Plot.Series.bars("stages below 1 %", Plot.NEUTRAL, rest));
    Plot plot =
        Plot.rows(
            Plot.Kind.STACK,
            "Shares of an iteration's time by stage, %s. The table has the numbers."
                .formatted(profile.text("task")),
            Plot.Axis.linear("% of the time of an iteration"),
            names,
            series);
    page.figure(profile.text("task"), plot, "Rows are environments x threads.", table(rows));
  }

  static String name(JsonObject row) {
    return row.text("envs") + " x " + row.text("threads");
  }

  /** The stages that any profile has a bar of, in the order of the vocabulary: one colour each. */
  private static List<String> drawn(List<ResultsData> all) {
    return all.stream()
        .flatMap(results -> results.profiles().stream())
        .flatMap(profile -> large(profile.list("rows")).stream())
        .distinct()
        .sorted(Comparator.comparingInt(StagesSection::place))
        .toList();
  }

  private static int place(String stage) {
    return Stream.of(stage.split("\\.", -1)).mapToInt(VOCABULARY::indexOf).sum();
  }

  /** Stages that are not small in every row. */
  private static Set<String> large(List<JsonObject> rows) {
    List<Map<String, Double>> shares = rows.stream().map(StagesSection::shares).toList();
    return leaves(rows).stream()
        .filter(stage -> shares.stream().anyMatch(row -> share(row, stage) >= SMALL_PERCENT))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Map<String, Double> shares(JsonObject row) {
    Map<String, Double> shares = new TreeMap<>();
    row.list("stages").forEach(stage -> shares.put(stage.text("stage"), stage.number("percent")));
    return shares;
  }

  private static double share(Map<String, Double> row, String stage) {
    return row.getOrDefault(stage, 0.0);
  }

  /** Stages of any row without stages of their own, in the order of the files. */
  private static Set<String> leaves(List<JsonObject> rows) {
    List<String> all = stages(rows).toList();
    return all.stream()
        .filter(stage -> all.stream().noneMatch(other -> other.startsWith(stage + ".")))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Stream<String> stages(List<JsonObject> rows) {
    return rows.stream()
        .flatMap(row -> row.list("stages").stream())
        .map(stage -> stage.text("stage"))
        .distinct();
  }

  private static Table table(List<JsonObject> rows) {
    List<String> header = new ArrayList<>(List.of("stage"));
    rows.forEach(row -> header.add(RatesSection.marked(row, name(row)) + ", %"));
    var table = new Table(header.toArray(String[]::new));
    List<Map<String, Double>> shares = rows.stream().map(StagesSection::shares).toList();
    for (String stage : stages(rows).toList()) {
      List<String> cells = new ArrayList<>(List.of(stage));
      shares.forEach(row -> cells.add(Figures.fixed(row.get(stage), 2)));
      table.add(cells.toArray(String[]::new));
    }
    return table.withNote(RatesSection.note(rows));
  }

  /** The largest stage that is not physics: what to look at first. */
  static JsonObject largestBesidePhysics(JsonObject row) {
    Set<String> leaves = leaves(List.of(row));
    return row.list("stages").stream()
        .filter(stage -> leaves.contains(stage.text("stage")))
        .filter(stage -> !stage.text("stage").equals("rollout.physics"))
        .max((a, b) -> Double.compare(a.number("percent"), b.number("percent")))
        .orElse(null);
  }
}
