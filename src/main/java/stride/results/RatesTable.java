package stride.results;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import stride.stats.Interval;

/** Rates and shares of profiles: in full, or in the width of a terminal. */
public final class RatesTable {
  /** Columns of a terminal. */
  public static final int WIDTH = 100;

  private static final double MILLION = 1e6;
  private static final String BRIEF_NOTE =
      "limit: bare mj_step; CPU share: its processor time over Stride's; spread: of the windows";
  private static final String ARITHMETIC_NOTE =
      "with FLOP: training over what physics and arithmetic at its peak would allow";

  private record Column(String heading, boolean ofArithmetic, Function<ProfileRow, String> cell) {
    Column(String heading, Function<ProfileRow, String> cell) {
      this(heading, false, cell);
    }
  }

  /** Left out where no row has it. */
  private static final Column WITH_FLOP =
      new Column("with FLOP", true, row -> Figures.percent(row.trainShareOfLimit()));

  private static final List<Column> FULL =
      List.of(
          new Column(
              "limit, steps/s", row -> rate(row.physicsStepsPerSecond(), row.physicsInterval())),
          new Column(
              "rollout, steps/s", row -> rate(row.rolloutStepsPerSecond(), row.rolloutInterval())),
          new Column("of limit", row -> Figures.percent(row.rolloutShare())),
          new Column("(wall)", row -> Figures.percent(row.rolloutShareWall())),
          new Column(
              "training, steps/s", row -> rate(row.trainStepsPerSecond(), row.trainInterval())),
          new Column("of limit", row -> Figures.percent(row.trainShare())),
          new Column("(wall)", row -> Figures.percent(row.trainShareWall())),
          WITH_FLOP,
          new Column("spread", row -> Figures.percent(row.windowSpread())),
          new Column("B/iteration", row -> Figures.whole(row.allocatedBytesPerIteration())));

  private static final List<Column> BRIEF =
      List.of(
          new Column("limit", row -> rate(row.physicsStepsPerSecond())),
          new Column("rollout", row -> rate(row.rolloutStepsPerSecond())),
          new Column("CPU share", row -> Figures.percent(row.rolloutShare())),
          new Column("training", row -> rate(row.trainStepsPerSecond())),
          new Column("CPU share", row -> Figures.percent(row.trainShare())),
          WITH_FLOP,
          new Column("spread", row -> Figures.percent(row.windowSpread())));

  private RatesTable() {}

  /**
   * A line of a table.
   *
   * @param name its first cell
   * @param row what was profiled; null where only other programs ran
   * @param others env steps per second of other programs, by their names
   */
  public record Line(String name, ProfileRow row, Map<String, Double> others) {}

  /**
   * All that was measured of a profile.
   *
   * @param profile of a task
   * @return one line for each measurement
   */
  public static Table full(ProfileResult profile) {
    return full(
        "envs x threads",
        profile.rows().stream().map(row -> new Line(row.markedName(), row, Map.of())).toList());
  }

  /**
   * All that was measured.
   *
   * @param first head of the first column
   * @param lines in order
   * @return with a column for each other program
   */
  public static Table full(String first, List<Line> lines) {
    boolean doubtful = lines.stream().anyMatch(line -> line.row() != null && line.row().doubtful());
    return table(first, FULL, lines).withNote(doubtful ? Warnings.ROWS_NOTE : "");
  }

  /** As narrow as a terminal if there are no other programs. */
  public static Table brief(String first, List<Line> lines) {
    String more = hasArithmetic(lines) ? "\n" + ARITHMETIC_NOTE : "";
    return table(first, BRIEF, lines).withNote(BRIEF_NOTE + more);
  }

  /**
   * Several profiles in one table. The warnings below it explain its sign of doubt.
   *
   * @param profiles of different tasks
   * @param mostRows as many as there is room for: where there are more, those of the most threads
   *     are shown, or of these the one of the most environments
   * @return a brief table
   */
  public static Table brief(List<ProfileResult> profiles, int mostRows) {
    boolean oneTask = profiles.size() == 1;
    List<Line> lines = new ArrayList<>();
    for (ProfileResult profile : profiles) {
      for (ProfileRow row : shown(profile.rows(), mostRows / profiles.size())) {
        String task = oneTask ? "" : profile.task() + " ";
        lines.add(new Line(task + row.markedName(), row, Map.of()));
      }
    }
    return brief((oneTask ? profiles.getFirst().task() + ", " : "") + "steps/s", lines);
  }

  private static boolean hasArithmetic(List<Line> lines) {
    return lines.stream()
        .anyMatch(line -> line.row() != null && line.row().trainShareOfLimit() != null);
  }

  private static Table table(String first, List<Column> all, List<Line> lines) {
    List<Column> columns =
        all.stream().filter(column -> !column.ofArithmetic() || hasArithmetic(lines)).toList();
    Set<String> others = new LinkedHashSet<>();
    lines.forEach(line -> others.addAll(line.others().keySet()));
    List<String> header = new ArrayList<>(List.of(first));
    columns.forEach(column -> header.add(column.heading()));
    header.addAll(others);
    var table = new Table(header.toArray(String[]::new));
    for (Line line : lines) {
      List<String> cells = new ArrayList<>(List.of(line.name()));
      for (Column column : columns) {
        cells.add(line.row() == null ? "-" : column.cell().apply(line.row()));
      }
      others.forEach(name -> cells.add(rate(line.others().get(name))));
      table.add(cells.toArray(String[]::new));
    }
    return table;
  }

  private static List<ProfileRow> shown(List<ProfileRow> rows, int most) {
    if (rows.size() <= most) {
      return rows;
    }
    int threads = rows.stream().mapToInt(ProfileRow::threads).max().orElse(0);
    List<ProfileRow> ofMostThreads = rows.stream().filter(r -> r.threads() == threads).toList();
    if (ofMostThreads.size() <= most) {
      return ofMostThreads;
    }
    int envs = ofMostThreads.stream().mapToInt(ProfileRow::envs).max().orElse(0);
    return ofMostThreads.stream().filter(row -> row.envs() == envs).toList();
  }

  private static String rate(Double stepsPerSecond) {
    return stepsPerSecond == null || stepsPerSecond < MILLION
        ? Figures.whole(stepsPerSecond)
        : Figures.fixed(stepsPerSecond / MILLION, 2) + "M";
  }

  private static String rate(Double stepsPerSecond, Interval interval) {
    return stepsPerSecond == null
        ? "-"
        : Figures.whole(stepsPerSecond) + " ± " + Figures.whole(interval.half());
  }
}
