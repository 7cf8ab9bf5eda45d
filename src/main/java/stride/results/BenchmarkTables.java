package stride.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tables of what JMH measured, with its own columns first. */
public final class BenchmarkTables {
  private static final int DIGITS = 4;

  private BenchmarkTables() {}

  /**
   * What JMH measured.
   *
   * @param benchmarks of any suites
   * @return a line for each
   */
  public static Table scores(List<JmhResult> benchmarks) {
    var table =
        new Table(
            "benchmark", "mode", "cnt", "score", "± (99.9 %)", "unit", "counted a second", "B/op");
    for (JmhResult run : benchmarks) {
      table.add(
          Warnings.marked(run.key(), Warnings.isWide(run)),
          run.mode(),
          Integer.toString(run.count()),
          Figures.significant(run.score(), DIGITS),
          Figures.significant(run.error(), 2),
          run.unit(),
          counted(run),
          Figures.fixed(run.secondaryScore(JmhResult.ALLOCATION), 1));
    }
    return table.withNote(note(benchmarks));
  }

  private static String note(List<JmhResult> benchmarks) {
    return benchmarks.stream().anyMatch(Warnings::isWide) ? Warnings.BENCHMARKS_NOTE : "";
  }

  private static String counted(JmhResult run) {
    Score.Value counted = Score.of(run).counted();
    return counted == null
        ? "-"
        : Figures.whole(counted.mean()) + " " + counted.unit().replace("/s", "");
  }

  /**
   * The same benchmarks in several folders.
   *
   * @param folders their names
   * @param benchmarks of each folder
   * @return a line for each benchmark of any of them, a column for each folder
   */
  public static Table sideBySide(List<String> folders, List<List<JmhResult>> benchmarks) {
    List<String> header = new ArrayList<>(List.of("benchmark"));
    header.addAll(folders);
    var table = new Table(header.toArray(String[]::new));
    List<JmhResult> all = benchmarks.stream().flatMap(List::stream).toList();
    for (String key : all.stream().map(JmhResult::key).distinct().toList()) {
      List<String> cells = new ArrayList<>(List.of(key));
      for (List<JmhResult> its : benchmarks) {
        cells.add(
            its.stream()
                .filter(run -> run.key().equals(key))
                .findFirst()
                .map(BenchmarkTables::shortScore)
                .orElse("-"));
      }
      table.add(cells.toArray(String[]::new));
    }
    return table.withNote(note(all));
  }

  private static String shortScore(JmhResult run) {
    return Warnings.marked(Score.of(run).shown().shortText(), Warnings.isWide(run));
  }

  /** What suites of the GPU did while it was at work; empty if none ran. */
  public static Optional<Table> device(List<JmhResult> benchmarks) {
    var table =
        new Table(
            "benchmark",
            "us/op",
            "of wall time",
            "GFLOP/s",
            "of FLOP limit",
            "GB/s",
            "of byte limit");
    boolean any = false;
    for (JmhResult run : benchmarks) {
      double seconds = counter(run, "deviceSeconds"); // in one of wall time
      if (seconds > 0) {
        any = true;
        table.add(
            Warnings.marked(run.key(), Warnings.isWide(run)),
            "%.4g".formatted(1e6 * seconds / run.score()),
            "%.1f %%".formatted(100 * seconds),
            quotient(1e-9 * counter(run, "flop") / seconds, "%.4g"),
            quotient(100 * counter(run, "flopLimitSeconds") / seconds, "%.2f %%"),
            quotient(1e-9 * counter(run, "bytes") / seconds, "%.4g"),
            quotient(100 * counter(run, "byteLimitSeconds") / seconds, "%.2f %%"));
      }
    }
    return any ? Optional.of(table) : Optional.empty();
  }

  private static double counter(JmhResult run, String name) {
    Double score = run.secondaryScore(name);
    return score == null ? 0 : score;
  }

  private static String quotient(double value, String format) {
    return value > 0 ? format.formatted(value) : "-";
  }
}
