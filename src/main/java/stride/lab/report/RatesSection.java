package stride.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import stride.results.Figures;
import stride.results.Knee;
import stride.results.PeerRow;
import stride.results.PeersResult;
import stride.results.ProfileResult;
import stride.results.ProfileRow;
import stride.results.RatesTable;
import stride.results.Table;
import stride.results.Warnings;
import stride.stats.Interval;

/** Env steps per second over environment counts, against the limit, with the knee. */
final class RatesSection {
  private static final int LIMIT_COLOR = Plot.NEUTRAL;
  private static final int TRAINING_COLOR = 2;
  private static final int KNEE_COLOR = 4;

  private RatesSection() {}

  static void write(Page page, List<ResultsData> all) {
    page.open("rates", "Env steps per second");
    page.paragraph(
        "The limit is a C loop of bare mj_step over the very actions and resets of the rollouts, on"
            + " the same threads. Rollouts include the policy; training is whole iterations."
            + " Shares are the limit's processor time over Stride's. A step is one decision of the"
            + " policy. Bands and ± are 95 % intervals over windows of measurement;"
            + " spread is the largest window's training rate less the smallest's, over the"
            + " median.");
    for (ResultsData results : all) {
      if (results.profiles().isEmpty()) {
        continue;
      }
      if (all.size() > 1) {
        page.heading(results.name());
      }
      page.openGrid();
      for (ProfileResult profile : results.profiles()) {
        for (Knee knee : profile.knee()) {
          figure(page, results, profile, knee);
        }
      }
      page.closeGrid();
    }
    page.close();
  }

  private static void figure(Page page, ResultsData results, ProfileResult profile, Knee knee) {
    List<ProfileRow> rows =
        profile.rows().stream()
            .filter(row -> row.threads() == knee.threads())
            .sorted(Comparator.comparingInt(ProfileRow::envs))
            .toList();
    List<PeerRow> peers =
        results.peers().orElse(PeersResult.NONE).beside(profile.task(), knee.threads());
    String threads = Figures.plural(knee.threads(), "thread");
    page.figure(
        profile.task() + ", " + threads,
        plot(profile.task() + " on " + threads, rows, peers, knee),
        (knee.withheld() ? "The knee is " : "") + knee.sentence() + ".",
        table(rows, peers, knee));
  }

  private static Plot plot(String what, List<ProfileRow> rows, List<PeerRow> peers, Knee knee) {
    List<Plot.Series> series = new ArrayList<>();
    if (rows.stream().allMatch(row -> row.physicsStepsPerSecond() != null)) {
      series.add(
          curve(
              "limit (bare mj_step)",
              LIMIT_COLOR,
              rows,
              ProfileRow::physicsStepsPerSecond,
              ProfileRow::physicsInterval));
    }
    series.add(
        curve(
            "rollout",
            Plot.STRIDE_COLOR,
            rows,
            ProfileRow::rolloutStepsPerSecond,
            ProfileRow::rolloutInterval));
    series.add(
        curve(
            "training",
            TRAINING_COLOR,
            rows,
            ProfileRow::trainStepsPerSecond,
            ProfileRow::trainInterval));
    if (!knee.withheld()) {
      series.add(mark(knee, series));
    }
    var envs = new TreeSet<Double>();
    rows.forEach(row -> envs.add((double) row.envs()));
    peers.forEach(peer -> envs.add((double) peer.envs()));
    series.addAll(PeerCurves.of(peers));
    return Plot.curves(
        "Env steps per second over environments: %s. %s. The table has the numbers."
            .formatted(what, knee.sentence()),
        new Plot.Axis("environments", Plot.Scale.LOG, List.copyOf(envs)),
        Plot.Axis.linear("env steps/s"),
        series);
  }

  private static Plot.Series curve(
      String name,
      int color,
      List<ProfileRow> rows,
      Function<ProfileRow, Double> rate,
      Function<ProfileRow, Interval> interval) {
    return Plot.Series.band(
        name,
        color,
        color == LIMIT_COLOR ? Plot.Style.LIMIT : Plot.Style.MEASURED,
        rows.stream().map(row -> new double[] {row.envs(), rate.apply(row)}).toList(),
        rows.stream().map(row -> interval.apply(row).low()).toList(),
        rows.stream().map(row -> interval.apply(row).high()).toList());
  }

  /** As high as the curves. */
  private static Plot.Series mark(Knee knee, List<Plot.Series> curves) {
    double highest =
        curves.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(point -> point[1])
            .max()
            .orElse(1);
    String name =
        (knee.reached() ? "knee: " : "most measured: ") + Figures.plural(knee.envs(), "env");
    return Plot.Series.curve(
        name,
        KNEE_COLOR,
        Plot.Style.MARK,
        List.of(new double[] {knee.envs(), 0}, new double[] {knee.envs(), highest}));
  }

  /** A row for each number of environments that was profiled or that a peer ran with. */
  private static Table table(List<ProfileRow> rows, List<PeerRow> peers, Knee knee) {
    Map<Integer, ProfileRow> profiled = new TreeMap<>();
    rows.forEach(row -> profiled.put(row.envs(), row));
    var envs = new TreeSet<>(profiled.keySet());
    peers.forEach(peer -> envs.add(peer.envs()));
    List<RatesTable.Line> lines = new ArrayList<>();
    for (int count : envs) {
      ProfileRow row = profiled.get(count);
      Map<String, Double> others = new LinkedHashMap<>();
      PeerCurves.names(peers).forEach(name -> others.put(name, null));
      peers.stream()
          .filter(peer -> peer.envs() == count)
          .forEach(peer -> others.put(peer.peer(), peer.envStepsPerSecond()));
      lines.add(new RatesTable.Line(name(count, row, knee), row, others));
    }
    return RatesTable.full("envs", lines);
  }

  private static String name(int envs, ProfileRow row, Knee knee) {
    String name = Warnings.marked(Integer.toString(envs), row != null && row.doubtful());
    return row != null && knee.reached() && envs == knee.envs() ? name + " (knee)" : name;
  }
}
