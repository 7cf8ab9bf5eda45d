package stride.lab.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import stride.results.Figures;
import stride.results.JmhResult;
import stride.results.Table;
import stride.results.Warnings;

/** Tables of what JMH measured, with its own columns first. */
final class BenchmarkTables {
  private static final int DIGITS = 4;

  private BenchmarkTables() {}

  static Table scores(List<JmhResult> benchmarks) {
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
    return table.withNote(
        benchmarks.stream().anyMatch(Warnings::isWide) ? Warnings.BENCHMARKS_NOTE : "");
  }

  private static String counted(JmhResult run) {
    for (Map.Entry<String, String> counter : JmhResult.COUNTERS.entrySet()) {
      Double score = run.secondaryScore(counter.getKey());
      if (score != null) {
        return Figures.whole(score) + " " + counter.getValue().replace("/s", "");
      }
    }
    return "-";
  }

  /** What suites of the GPU did while it was at work; empty if none ran. */
  static Optional<Table> device(List<JmhResult> benchmarks) {
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
