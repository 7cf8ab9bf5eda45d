package stride.lab.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stride.files.JsonObject;
import stride.results.Figures;
import stride.results.Table;

/** Other programs beside Stride, each measured in turn with it. */
final class PeersSection {
  private PeersSection() {}

  static boolean isEmpty(List<ResultsData> all) {
    return all.stream().allMatch(results -> results.peers().isEmpty());
  }

  static void write(Page page, List<ResultsData> all) {
    page.open("peers", "Beside other programs");
    page.paragraph(
        "Each ran in turn with Stride on the same machine. \"Stride / it\" is how many times as fast"
            + " Stride was in those turns. Environments alone: the others take random actions, Stride"
            + " its policy's.");
    for (ResultsData results : all) {
      if (results.peers().isEmpty()) {
        continue;
      }
      if (all.size() > 1) {
        page.heading(results.name());
      }
      JsonObject peers = results.peers().get();
      page.openGrid();
      environments(page, PeerRate.of(peers), peers.listIfAny("left_out"));
      training(page, peers.listIfAny("train_rows"), peers.listIfAny("train_left_out"));
      page.closeGrid();
    }
    page.close();
  }

  /** A figure for each task: curves over numbers of environments, bars where there is one. */
  private static void environments(Page page, List<PeerRate> rates, List<JsonObject> leftOut) {
    for (String task : rates.stream().map(PeerRate::task).distinct().toList()) {
      List<PeerRate> those = rates.stream().filter(rate -> rate.task().equals(task)).toList();
      List<Integer> counts = those.stream().map(PeerRate::envs).distinct().sorted().toList();
      boolean several = counts.size() > 1;
      String what = several ? task : task + ", " + Figures.plural(counts.getFirst(), "env");
      String label = "Env steps per second of environments alone, " + what;
      List<String> names = those.stream().map(PeerRate::name).toList();
      page.figure(
          "Environments: " + what,
          several
              ? curves(label, counts, those)
              : bars(label, names, names, those.stream().map(PeerRate::stepsPerSecond).toList()),
          reasons(
              leftOut.stream().filter(row -> row.text("task").equals(task)),
              row -> row.text("peer") + " at " + Figures.plural(row.integer("envs"), "env")),
          table(those));
    }
  }

  private static Plot curves(String label, List<Integer> counts, List<PeerRate> rates) {
    return Plot.curves(
        label + ". The table has the numbers.",
        new Plot.Axis(
            "environments", Plot.Scale.LOG, counts.stream().map(Integer::doubleValue).toList()),
        Plot.Axis.linear("env steps/s"),
        PeerCurves.of(rates));
  }

  private static Table table(List<PeerRate> rates) {
    var table = new Table("program", "envs", "threads", "env steps/s", "Stride / it");
    for (PeerRate rate : rates) {
      table.add(
          rate.name(),
          Integer.toString(rate.envs()),
          Integer.toString(rate.threads()),
          Figures.whole(rate.stepsPerSecond()),
          Figures.fixed(rate.ratio(), 2));
    }
    return table;
  }

  /** What was not measured, and why; empty where nothing was left out. */
  private static String reasons(Stream<JsonObject> leftOut, Function<JsonObject, String> name) {
    String all =
        leftOut
            .map(row -> "%s (%s)".formatted(name.apply(row), row.text("reason")))
            .collect(Collectors.joining("; "));
    return all.isEmpty() ? "" : "Left out: " + all + ".";
  }

  private static void training(Page page, List<JsonObject> rows, List<JsonObject> leftOut) {
    Set<String> sizes = new LinkedHashSet<>();
    rows.forEach(row -> sizes.add(size(row)));
    for (String size : sizes) {
      List<JsonObject> those = rows.stream().filter(row -> size(row).equals(size)).toList();
      var table =
          new Table(
              "program",
              "threads",
              "env steps/s",
              "Stride / it",
              "update, samples/s",
              "Stride / it",
              "peak memory, MB",
              "first iteration, s");
      for (JsonObject row : those) {
        Double bytes = row.numberOrNull("memory_bytes");
        table.add(
            row.text("label"),
            row.text("threads"),
            Figures.whole(row.number("env_steps_per_second")),
            Figures.fixed(row.numberOrNull("stride_ratio"), 2),
            Figures.whole(row.numberOrNull("update_samples_per_second")),
            Figures.fixed(row.numberOrNull("update_ratio"), 2),
            Figures.whole(bytes == null ? null : bytes / 1e6),
            Figures.fixed(row.numberOrNull("first_iteration_seconds"), 1));
      }
      page.figure(
          "Training end to end: " + size,
          bars(
              "Env steps per second of training end to end, " + size,
              those.stream().map(row -> row.text("peer")).toList(),
              those.stream().map(row -> row.text("label")).toList(),
              those.stream().map(row -> row.number("env_steps_per_second")).toList()),
          reasons(leftOut.stream().filter(row -> size(row).equals(size)), row -> row.text("label")),
          table);
    }
  }

  private static String size(JsonObject row) {
    return "%s, %s x %s".formatted(row.text("task"), row.text("envs"), row.text("steps"));
  }

  /** Stride and the limit in colours of their own, all others in one. */
  private static Plot bars(
      String label, List<String> peers, List<String> names, List<Double> rates) {
    List<Integer> colors =
        peers.stream()
            .map(
                peer ->
                    peer.equals(PeerRate.LIMIT)
                        ? Plot.NEUTRAL
                        : peer.startsWith(PeerRate.STRIDE) ? Plot.STRIDE_COLOR : 3)
            .toList();
    return Plot.rows(
        Plot.Kind.BARS,
        label + ". The table has the numbers.",
        Plot.Axis.linear("env steps/s"),
        names,
        List.of(Plot.Series.bars("env steps/s", colors, rates)));
  }
}
