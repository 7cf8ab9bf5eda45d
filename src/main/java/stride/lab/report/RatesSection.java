package stride.lab.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import stride.files.JsonObject;
import stride.results.Figures;
import stride.results.Knee;
import stride.results.Table;
import stride.results.Warnings;

/** Env steps per second over environment counts, against the limit, with the knee. */
final class RatesSection {
  /** The field that says how far the windows of a row are apart; folders of before lack it. */
  static final String SPREAD = "window_spread";

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
            + " policy. Bands and ± are 95 % intervals over windows of measurement, where the folder has"
            + " those; spread is the largest window's training rate less the smallest's, over the"
            + " median.");
    for (ResultsData results : all) {
      if (results.profiles().isEmpty()) {
        continue;
      }
      if (all.size() > 1) {
        page.heading(results.name());
      }
      page.openGrid();
      for (JsonObject profile : results.profiles()) {
        for (Knee knee : knees(profile)) {
          figure(page, results, profile, knee);
        }
      }
      page.closeGrid();
    }
    page.close();
  }

  /** One for each number of threads. */
  static List<Knee> knees(JsonObject profile) {
    List<Knee.Rate> rates = new ArrayList<>();
    for (JsonObject row : profile.list("rows")) {
      rates.add(
          new Knee.Rate(
              row.count("envs"),
              row.count("threads"),
              row.number("rollout_steps_per_second"),
              row.numberOrNull("physics_steps_per_second"),
              row.numberOrNull("rollout_share"),
              rolloutSpread(row)));
    }
    return Knee.of(rates);
  }

  /** Null in folders without windows. */
  private static Double rolloutSpread(JsonObject row) {
    List<JsonObject> windows = row.listIfAny("windows");
    return windows.isEmpty()
        ? null
        : (Double)
            Warnings.spread(
                windows.stream().mapToDouble(w -> w.number("rollout_steps_per_second")).toArray());
  }

  private static void figure(Page page, ResultsData results, JsonObject profile, Knee knee) {
    List<JsonObject> rows =
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
        (knee.withheld() ? "The knee is " : "") + knee.sentence() + ".",
        table(rows, peers, knee));
  }

  private static Plot plot(String what, List<JsonObject> rows, List<PeerRate> peers, Knee knee) {
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
    if (!knee.withheld()) {
      List<double[]> mark =
          List.of(new double[] {knee.envs(), 0}, new double[] {knee.envs(), highest});
      String name =
          (knee.reached() ? "knee: " : "most measured: ") + Figures.plural(knee.envs(), "env");
      series.add(Plot.Series.curve(name, KNEE_COLOR, Plot.Style.MARK, mark));
    }
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
      List<Plot.Series> series, String name, int color, List<JsonObject> rows, String rate) {
    List<double[]> points =
        rows.stream()
            .filter(row -> row.has(rate))
            .map(row -> new double[] {row.number("envs"), row.number(rate)})
            .toList();
    if (!points.isEmpty()) {
      Plot.Style style = color == LIMIT_COLOR ? Plot.Style.LIMIT : Plot.Style.MEASURED;
      List<double[]> ends =
          rows.stream()
              .filter(row -> row.has(rate))
              .map(row -> row.intervalIfAny(interval(rate)))
              .toList();
      boolean band = !ends.contains(null); // folders of before have rates without intervals
      series.add(
          Plot.Series.band(
              name,
              color,
              style,
              points,
              band ? ends.stream().map(end -> end[0]).toList() : List.of(),
              band ? ends.stream().map(end -> end[1]).toList() : List.of()));
    }
  }

  /** The field with the interval of a rate. */
  private static String interval(String rate) {
    return rate.replace("steps_per_second", "interval");
  }

  /** A column of the table. */
  private record Column(String header, Function<JsonObject, String> cell) {}

  private static List<Column> columns(List<JsonObject> rows, Knee knee) {
    List<Column> columns = new ArrayList<>();
    columns.add(
        new Column(
            "envs", row -> marked(row, row.text("envs")) + (isAt(knee, row) ? " (knee)" : "")));
    columns.add(new Column("limit, steps/s", row -> rate(row, "physics_steps_per_second")));
    columns.add(new Column("rollout, steps/s", row -> rate(row, "rollout_steps_per_second")));
    columns.add(percents("of the limit", "rollout_share"));
    columns.add(percents("(by wall time)", "rollout_share_wall"));
    columns.add(new Column("training, steps/s", row -> rate(row, "train_steps_per_second")));
    columns.add(percents("of the limit", "train_share"));
    columns.add(percents("(by wall time)", "train_share_wall"));
    if (rows.stream().anyMatch(row -> row.has(SPREAD))) {
      columns.add(percents("spread of windows", SPREAD));
    }
    if (rows.stream().anyMatch(row -> row.has("allocated_bytes_per_iteration"))) {
      columns.add(new Column("allocated an iteration, kB", RatesSection::kilobytes));
    }
    return columns;
  }

  /** A row for each number of environments that was profiled or that a peer ran with. */
  private static Table table(List<JsonObject> rows, List<PeerRate> peers, Knee knee) {
    List<Column> columns = columns(rows, knee);
    List<String> names = PeerCurves.names(peers);
    List<String> header = new ArrayList<>(columns.stream().map(Column::header).toList());
    names.forEach(name -> header.add(name + ", steps/s"));
    Map<Integer, List<String>> cells = new TreeMap<>();
    for (JsonObject row : rows) {
      cells.put(row.count("envs"), columns.stream().map(c -> c.cell().apply(row)).toList());
    }
    for (PeerRate peer : peers) {
      cells.computeIfAbsent(peer.envs(), envs -> notProfiled(envs, columns.size()));
    }
    var table = new Table(header.toArray(String[]::new));
    cells.forEach(
        (envs, own) -> {
          List<String> row = new ArrayList<>(own);
          names.forEach(name -> row.add(Figures.whole(PeerCurves.rate(peers, name, envs))));
          table.add(row.toArray(String[]::new));
        });
    return table.withNote(note(rows));
  }

  /** A name in a table, with a sign if the row is doubtful. */
  static String marked(JsonObject row, String name) {
    return Warnings.marked(name, Warnings.isWide(row.numberIfAny(SPREAD)));
  }

  /** Explains the sign where it stands. */
  static String note(List<JsonObject> rows) {
    return rows.stream().anyMatch(row -> Warnings.isWide(row.numberIfAny(SPREAD)))
        ? Warnings.ROWS_NOTE
        : "";
  }

  private static List<String> notProfiled(int envs, int columns) {
    List<String> cells = new ArrayList<>(Collections.nCopies(columns, "-"));
    cells.set(0, Integer.toString(envs));
    return cells;
  }

  private static boolean isAt(Knee knee, JsonObject row) {
    return knee.reached() && row.integer("envs") == knee.envs();
  }

  private static Column percents(String header, String key) {
    return new Column(header, row -> Figures.percent(row.numberIfAny(key)));
  }

  private static String kilobytes(JsonObject row) {
    Double bytes = row.numberIfAny("allocated_bytes_per_iteration");
    return Figures.fixed(bytes == null ? null : bytes / 1e3, 1);
  }

  /** With half of its interval, where that was measured. */
  private static String rate(JsonObject row, String key) {
    String text = Figures.whole(row.numberIfAny(key));
    double[] ends = row.intervalIfAny(interval(key));
    return ends == null ? text : text + " ± " + Figures.whole((ends[1] - ends[0]) / 2);
  }
}
