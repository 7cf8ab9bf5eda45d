package stride.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stride.results.AlgorithmRow;
import stride.results.AlgorithmsTable;
import stride.results.Figures;
import stride.results.PeerRow;
import stride.results.PeersResult;
import stride.results.Table;
import stride.results.TrainingRow;
import stride.results.TrainingsTable;

/** Other programs beside Stride, each measured in turn with it. */
final class PeersSection {
  private PeersSection() {}

  static boolean isEmpty(List<ResultsData> all) {
    return all.stream().allMatch(results -> results.peers().isEmpty());
  }

  static void write(Page page, List<ResultsData> all) {
    page.open("peers", "Beside other programs");
    page.paragraph(
        "Each ran in turn with Stride on the same machine. \"Stride / it\" is how many times as"
            + " fast Stride was in those turns. Environments alone: the others take random actions,"
            + " Stride its policy's.");
    for (ResultsData results : all) {
      if (results.peers().isEmpty()) {
        continue;
      }
      if (all.size() > 1) {
        page.heading(results.name());
      }
      page.openGrid();
      PeersResult peers = results.peers().get();
      environments(page, peers);
      training(page, peers);
      algorithms(page, peers, "Value methods", peers.valueRows(), peers.valueLeftOut());
      algorithms(page, peers, "Actor-critics", peers.actorCriticRows(), peers.actorCriticLeftOut());
      page.closeGrid();
    }
    page.close();
  }

  /** A figure for each task: curves over numbers of environments, bars where there is one. */
  private static void environments(Page page, PeersResult peers) {
    for (String task : peers.rows().stream().map(PeerRow::task).distinct().toList()) {
      List<PeerRow> those = peers.rows().stream().filter(row -> row.task().equals(task)).toList();
      List<Integer> counts = those.stream().map(PeerRow::envs).distinct().sorted().toList();
      boolean several = counts.size() > 1;
      String what = several ? task : task + ", " + Figures.plural(counts.getFirst(), "env");
      String label = "Env steps per second of environments alone, " + what;
      List<String> names = those.stream().map(PeerRow::peer).toList();
      page.figure(
          "Environments: " + what,
          several
              ? curves(label, counts, those)
              : bars(label, names, names, those.stream().map(PeerRow::envStepsPerSecond).toList()),
          reasons(
              peers.leftOut().stream()
                  .filter(row -> row.task().equals(task))
                  .map(
                      row ->
                          "%s at %s (%s)"
                              .formatted(
                                  row.peer(), Figures.plural(row.envs(), "env"), row.reason()))),
          table(those));
    }
  }

  private static Plot curves(String label, List<Integer> counts, List<PeerRow> rows) {
    return Plot.curves(
        label + ". The table has the numbers.",
        new Plot.Axis(
            "environments", Plot.Scale.LOG, counts.stream().map(Integer::doubleValue).toList()),
        Plot.Axis.linear("env steps/s"),
        PeerCurves.of(rows));
  }

  private static Table table(List<PeerRow> rows) {
    var table = new Table("program", "envs", "threads", "env steps/s", "Stride / it");
    for (PeerRow row : rows) {
      table.add(
          row.peer(),
          Integer.toString(row.envs()),
          Integer.toString(row.threads()),
          Figures.whole(row.envStepsPerSecond()),
          Figures.fixed(row.strideRatio(), 2));
    }
    return table;
  }

  /** What was not measured, and why; empty where nothing was left out. */
  private static String reasons(Stream<String> leftOut) {
    String all = leftOut.collect(Collectors.joining("; "));
    return all.isEmpty() ? "" : "Left out: " + all + ".";
  }

  /** A figure for each task and size. */
  private static void training(Page page, PeersResult peers) {
    List<TrainingRow> left = new ArrayList<>(peers.trainRows());
    while (!left.isEmpty()) {
      TrainingRow first = left.getFirst();
      List<TrainingRow> those = left.stream().filter(first::isBeside).toList();
      left.removeAll(those);
      String size = first.task() + ", " + first.size();
      page.figure(
          "Training end to end: " + size,
          bars(
              "Env steps per second of training end to end, " + size,
              those.stream().map(TrainingRow::peer).toList(),
              those.stream().map(TrainingRow::label).toList(),
              those.stream().map(TrainingRow::envStepsPerSecond).toList()),
          reasons(
              peers.trainLeftOut().stream()
                  .filter(row -> row.isBeside(first))
                  .map(row -> "%s (%s)".formatted(row.label(), row.reason()))),
          TrainingsTable.full("program", peers, those, TrainingRow::label));
    }
  }

  /** A figure for each algorithm and task of a kind. */
  private static void algorithms(
      Page page,
      PeersResult peers,
      String kind,
      List<AlgorithmRow> rows,
      List<AlgorithmRow.LeftOut> leftOut) {
    for (String contest : rows.stream().map(AlgorithmRow::contest).distinct().toList()) {
      List<AlgorithmRow> those =
          rows.stream().filter(row -> row.contest().equals(contest)).toList();
      page.figure(
          kind + ": " + contest,
          bars(
              "Env steps per second of " + contest,
              those.stream().map(AlgorithmRow::peer).toList(),
              those.stream().map(AlgorithmRow::label).toList(),
              those.stream().map(AlgorithmRow::envStepsPerSecond).toList()),
          reasons(
              leftOut.stream()
                  .filter(row -> row.contest().equals(contest))
                  .map(row -> "%s (%s)".formatted(row.label(), row.reason()))),
          AlgorithmsTable.full("program", peers, those, AlgorithmRow::label));
    }
  }

  /** Stride and the limit in colours of their own, all others in one. */
  private static Plot bars(
      String label, List<String> peers, List<String> names, List<Double> rates) {
    List<Integer> colors =
        peers.stream()
            .map(
                peer ->
                    peer.equals(PeerRow.LIMIT)
                        ? Plot.NEUTRAL
                        : peer.startsWith(PeerRow.STRIDE) ? Plot.STRIDE_COLOR : 3)
            .toList();
    return Plot.rows(
        Plot.Kind.BARS,
        label + ". The table has the numbers.",
        Plot.Axis.linear("env steps/s"),
        names,
        List.of(Plot.Series.bars("env steps/s", colors, rates)));
  }
}
