package stride.lab.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import stride.lab.Knee;
import stride.lab.Table;

/** Env steps per second over environment counts, against the limit, with the knee. */
final class RatesSection {
  private static final int LIMIT_COLOR = Plot.NEUTRAL;
  private static final int TRAINING_COLOR = 2;
  private static final int KNEE_COLOR = 4;
  private static final List<String> COLUMNS =
      List.of(
          "envs",
          "limit, steps/s",
          "rollout, steps/s",
          "share",
          "(by wall time)",
          "training, steps/s",
          "share",
          "(by wall time)");

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
        table(rows, peers, knee));
  }

  private static Plot plot(String what, List<Part> rows, List<PeerRate> peers, Knee knee) {
    List<Plot.Series> series = new ArrayList<>();
    curve(series, "limit (bare mj_step)", LIMIT_COLOR, rows, "physics_steps_per_second");
    curve(series, "rollout", Plot.STRIDE_COLOR, rows, "rollout_steps_per_second");
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
    peers.forEach(peer -> envs.add((double) peer.envs()));
    series.addAll(PeerCurves.of(peers));
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

  /** A row for each number of environments that was profiled or that a peer ran with. */
  private static Table table(List<Part> rows, List<PeerRate> peers, Knee knee) {
    List<String> header = new ArrayList<>(COLUMNS);
    List<String> names = PeerCurves.names(peers);
    names.forEach(name -> header.add(name + ", steps/s"));
    var table = new Table(header.toArray(String[]::new));
    Map<Integer, List<String>> cells = new TreeMap<>();
    rows.forEach(row -> cells.put(row.count("envs"), cells(row, knee)));
    peers.forEach(peer -> cells.computeIfAbsent(peer.envs(), RatesSection::notProfiled));
    cells.forEach(
        (envs, own) -> {
          List<String> row = new ArrayList<>(own);
          names.forEach(name -> row.add(Figures.whole(PeerCurves.rate(peers, name, envs))));
          table.add(row.toArray(String[]::new));
        });
    return table;
  }

  private static List<String> cells(Part row, Knee knee) {
    boolean marked = knee.reached() && row.integer("envs") == knee.envs();
    return List.of(
        row.text("envs") + (marked ? " (knee)" : ""),
        Figures.whole(row.numberOrNull("physics_steps_per_second")),
        Figures.whole(row.number("rollout_steps_per_second")),
        Figures.percent(row.numberOrNull("rollout_share")),
        Figures.percent(row.numberIfAny("rollout_share_wall")),
        Figures.whole(row.numberIfAny("train_steps_per_second")),
        Figures.percent(row.numberIfAny("train_share")),
        Figures.percent(row.numberIfAny("train_share_wall")));
  }

  private static List<String> notProfiled(int envs) {
    List<String> cells = new ArrayList<>(Collections.nCopies(COLUMNS.size(), "-"));
    cells.set(0, Integer.toString(envs));
    return cells;
  }
}
