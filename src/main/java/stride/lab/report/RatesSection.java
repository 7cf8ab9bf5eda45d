package stride.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import stride.lab.Knee;
import stride.lab.Table;

/** Env steps per second over environment counts, against the limit, with the knee. */
final class RatesSection {
  private static final int LIMIT_COLOR = Plot.NEUTRAL;
  private static final int ROLLOUT_COLOR = 1;
  private static final int TRAINING_COLOR = 2;
  private static final int KNEE_COLOR = 4;
  private static final int[] PEER_COLORS = {3, 6, 5, 7, 8};

  private RatesSection() {}

  static void write(Page page, List<ResultsData> all) {
    page.open("rates", "Env steps per second");
    page.paragraph(
        "The limit is a C loop of bare mj_step over the very actions and resets of the rollouts, on"
            + " the same threads. Rollouts include the policy; training is whole iterations of PPO."
            + " Shares are the limit's processor time over Stride's. A step is one decision of the"
            + " policy.");
    for (ResultsData results : all) {
      if (all.size() > 1) {
        page.heading(results.name());
      }
      page.openGrid();
      for (Part profile : results.profiles()) {
        for (Knee knee : knees(profile)) {
          figure(page, results, profile, knee);
        }
      }
      page.closeGrid();
    }
    page.close();
  }

  /** One for each number of threads. */
  static List<Knee> knees(Part profile) {
    List<Knee.Rate> rates = new ArrayList<>();
    for (Part row : profile.list("rows")) {
      rates.add(
          new Knee.Rate(
              row.count("envs"),
              row.count("threads"),
              row.number("rollout_steps_per_second"),
              row.numberOrNull("physics_steps_per_second"),
              row.numberOrNull("rollout_share")));
    }
    return Knee.of(rates);
  }

  private static void figure(Page page, ResultsData results, Part profile, Knee knee) {
    List<Part> rows =
        profile.list("rows").stream()
            .filter(row -> row.integer("threads") == knee.threads())
            .sorted((a, b) -> Long.compare(a.integer("envs"), b.integer("envs")))
            .toList();
    List<PeerRate> peers =
        results.peers().map(PeerRate::of).orElse(List.of()).stream()
            .filter(peer -> peer.isBeside(profile.text("task"), knee.threads()))
            .toList();
    String threads = Figures.plural(knee.threads(), "thread");
    page.figure(
        profile.text("task") + ", " + threads,
        plot(profile.text("task") + " on " + threads, rows, peers, knee),
        knee.sentence() + ".",
        table(rows, knee));
  }

  private static Plot plot(String what, List<Part> rows, List<PeerRate> peers, Knee knee) {
    List<Plot.Series> series = new ArrayList<>();
    curve(series, "limit (bare mj_step)", LIMIT_COLOR, rows, "physics_steps_per_second");
    curve(series, "rollout", ROLLOUT_COLOR, rows, "rollout_steps_per_second");
    curve(series, "training", TRAINING_COLOR, rows, "train_steps_per_second");
    double highest =
        series.stream()
            .flatMap(s -> s.points().stream())
            .mapToDouble(point -> point[1])
            .max()
            .orElse(1);
    List<double[]> mark =
        List.of(new double[] {knee.envs(), 0}, new double[] {knee.envs(), highest});
    String name =
        (knee.reached() ? "knee: " : "most measured: ") + Figures.plural(knee.envs(), "env");
    series.add(Plot.Series.curve(name, KNEE_COLOR, Plot.Style.MARK, mark));
    var envs = new TreeSet<Double>();
    rows.forEach(row -> envs.add(row.number("envs")));
    int color = 0;
    for (String peer : peers.stream().map(PeerRate::name).distinct().toList()) {
      List<PeerRate> its = peers.stream().filter(rate -> rate.name().equals(peer)).toList();
      its.forEach(rate -> envs.add((double) rate.envs()));
      List<double[]> points =
          its.stream()
              .sorted((a, b) -> Integer.compare(a.envs(), b.envs()))
              .map(rate -> new double[] {rate.envs(), rate.stepsPerSecond()})
              .toList();
      series.add(
          Plot.Series.curve(
              peer, PEER_COLORS[color++ % PEER_COLORS.length], Plot.Style.PEER, points));
    }
    return Plot.curves(
        "Env steps per second over environments: %s. %s. The table has the numbers."
            .formatted(what, knee.sentence()),
        new Plot.Axis("environments", Plot.Scale.LOG, List.copyOf(envs)),
        Plot.Axis.linear("env steps/s"),
        series);
  }

  private static void curve(
      List<Plot.Series> series, String name, int color, List<Part> rows, String key) {
    List<double[]> points =
        rows.stream()
            .filter(row -> row.has(key))
            .map(row -> new double[] {row.number("envs"), row.number(key)})
            .toList();
    if (!points.isEmpty()) {
      Plot.Style style = color == LIMIT_COLOR ? Plot.Style.LIMIT : Plot.Style.MEASURED;
      series.add(Plot.Series.curve(name, color, style, points));
    }
  }

  private static Table table(List<Part> rows, Knee knee) {
    var table =
        new Table(
            "envs",
            "limit, steps/s",
            "rollout, steps/s",
            "share",
            "(by wall time)",
            "training, steps/s",
            "share",
            "(by wall time)");
    for (Part row : rows) {
      boolean marked = knee.reached() && row.integer("envs") == knee.envs();
      table.add(
          row.text("envs") + (marked ? " (knee)" : ""),
          Figures.whole(row.numberOrNull("physics_steps_per_second")),
          Figures.whole(row.number("rollout_steps_per_second")),
          Figures.percent(row.numberOrNull("rollout_share")),
          Figures.percent(row.numberIfAny("rollout_share_wall")),
          Figures.whole(row.numberIfAny("train_steps_per_second")),
          Figures.percent(row.numberIfAny("train_share")),
          Figures.percent(row.numberIfAny("train_share_wall")));
    }
    return table;
  }
}
