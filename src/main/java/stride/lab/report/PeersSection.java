package stride.lab.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import stride.lab.Table;

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
      Part peers = results.peers().get();
      page.openGrid();
      environments(page, PeerRate.of(peers));
      training(page, peers.listIfAny("train_rows"));
      page.closeGrid();
    }
    page.close();
  }

  private static void environments(Page page, List<PeerRate> rates) {
    Set<String> sizes = new LinkedHashSet<>();
    rates.forEach(rate -> sizes.add(size(rate)));
    for (String size : sizes) {
      List<PeerRate> those = rates.stream().filter(rate -> size(rate).equals(size)).toList();
      var table = new Table("program", "threads", "env steps/s", "Stride / it");
      for (PeerRate rate : those) {
        table.add(
            rate.name(),
            Integer.toString(rate.threads()),
            Figures.whole(rate.stepsPerSecond()),
            Figures.fixed(rate.ratio(), 2));
      }
      page.figure(
          "Environments: " + size,
          bars(
              "Env steps per second of environments alone, " + size,
              those.stream().map(PeerRate::name).toList(),
              those.stream().map(PeerRate::name).toList(),
              those.stream().map(PeerRate::stepsPerSecond).toList()),
          "",
          table);
    }
  }

  private static String size(PeerRate rate) {
    return "%s, %s".formatted(rate.task(), Figures.plural(rate.envs(), "env"));
  }

  private static void training(Page page, List<Part> rows) {
    Set<String> sizes = new LinkedHashSet<>();
    rows.forEach(row -> sizes.add(size(row)));
    for (String size : sizes) {
      List<Part> those = rows.stream().filter(row -> size(row).equals(size)).toList();
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
      for (Part row : those) {
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
          "PPO end to end: " + size,
          bars(
              "Env steps per second of PPO end to end, " + size,
              those.stream().map(row -> row.text("peer")).toList(),
              those.stream().map(row -> row.text("label")).toList(),
              those.stream().map(row -> row.number("env_steps_per_second")).toList()),
          "",
          table);
    }
  }

  private static String size(Part row) {
    return "%s, %s x %s".formatted(row.text("task"), row.text("envs"), row.text("steps"));
  }

  /** Stride and the limit in colours of their own, all others in one. */
  private static Plot bars(
      String label, List<String> peers, List<String> names, List<Double> rates) {
    List<Integer> colors =
        peers.stream()
            .map(peer -> peer.equals("limit") ? Plot.NEUTRAL : peer.startsWith("stride") ? 1 : 3)
            .toList();
    return Plot.rows(
        Plot.Kind.BARS,
        label + ". The table has the numbers.",
        Plot.Axis.linear("env steps/s"),
        names,
        List.of(Plot.Series.bars("env steps/s", colors, rates)));
  }
}
