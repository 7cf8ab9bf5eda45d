package stride.lab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * Gathers what a bench run measured into tables, and writes the summary and the anchors at its end.
 */
public final class BenchReport {
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  private final ResultsFolder folder;
  private final Anchor start;
  private final List<RunResult> benchmarks = new ArrayList<>();
  private final List<ProfileResult> profiles = new ArrayList<>();
  private ShortTraining.Outcome training; // null: none was asked for
  private Anchor end;

  /**
   * An empty report.
   *
   * @param folder of the run
   * @param start what the machine gave before the first measurement
   */
  public BenchReport(ResultsFolder folder, Anchor start) {
    this.folder = folder;
    this.start = start;
  }

  /**
   * Takes what JMH measured.
   *
   * @param results of suites
   */
  public void add(Collection<RunResult> results) {
    benchmarks.addAll(results);
  }

  /**
   * Takes a profile.
   *
   * @param result of a task
   */
  public void add(ProfileResult result) {
    profiles.add(result);
  }

  /**
   * Takes a short training and writes {@code returns-<task>.json}.
   *
   * @param outcome what it reached
   */
  public void add(ShortTraining.Outcome outcome) {
    training = outcome;
    folder.writeJson("returns-" + outcome.result().task() + ".json", outcome);
  }

  /**
   * Ends the run: writes anchor.json and summary.md.
   *
   * @param newEnd what the machine gives after the last measurement
   */
  public void close(Anchor newEnd) {
    end = newEnd;
    folder.writeJson(
        "anchor.json",
        Map.of("schema_version", ResultsFolder.SCHEMA_VERSION, "start", start, "end", end));
    folder.writeText("summary.md", markdown());
  }

  /**
   * All tables for a terminal.
   *
   * @return lines with a closing line break
   */
  public String text() {
    var text = new StringBuilder("\n" + benchmarkTable().toText());
    deviceTable().ifPresent(table -> text.append("\n" + table.toText()));
    profiles.forEach(profile -> text.append('\n').append(ProfileReport.text(profile)));
    if (training != null) {
      text.append("\n" + StageTable.of(training.result().stages()).toText());
      text.append("\n" + training.sentence() + "\n");
    }
    text.append("\n" + anchors() + "\n");
    return text.toString();
  }

  private String markdown() {
    var text = new StringBuilder("# " + folder.path().getFileName() + "\n\n");
    text.append("## JMH\n\n").append(benchmarkTable().toMarkdown());
    deviceTable()
        .ifPresent(
            table -> text.append("\nBy the device's own clock:\n\n").append(table.toMarkdown()));
    profiles.forEach(profile -> text.append('\n').append(ProfileReport.markdown(profile)));
    if (training != null) {
      text.append("\n## Training\n\n" + training.sentence() + "\n\n");
      text.append(StageTable.of(training.result().stages()).toMarkdown());
    }
    text.append("\n## Anchors\n\n").append(anchors()).append('\n');
    return text.toString();
  }

  private String anchors() {
    return "anchor at start and end: %.0f and %.0f mj_step/s, %.1f and %.1f GB/s copied"
        .formatted(
            start.mjStepsPerSecond(),
            end.mjStepsPerSecond(),
            start.copyGigabytesPerSecond(),
            end.copyGigabytesPerSecond());
  }

  private Table benchmarkTable() {
    var table = new Table("benchmark", "score", "error", "unit", "env steps or rows/s", "B/op");
    for (RunResult run : benchmarks) {
      Result<?> primary = run.getPrimaryResult();
      Map<String, ?> secondary = run.getSecondaryResults();
      table.add(
          name(run.getParams()),
          "%.4g".formatted(primary.getScore()),
          Double.isNaN(primary.getScoreError()) ? "-" : "%.2g".formatted(primary.getScoreError()),
          primary.getScoreUnit(),
          score(
              secondary.containsKey("rows") ? secondary.get("rows") : secondary.get("envSteps"),
              "%.0f"),
          score(secondary.get(ALLOCATION), "%.1f"));
    }
    return table;
  }

  /** What suites of the GPU did while it was at work; empty if none ran. */
  private Optional<Table> deviceTable() {
    var table =
        new Table("benchmark", "us/op", "of wall time", "GFLOP/s", "of limit", "GB/s", "of limit");
    boolean any = false;
    for (RunResult run : benchmarks) {
      Map<String, ?> counters = run.getSecondaryResults();
      double seconds = counter(counters, "deviceSeconds"); // in one of wall time
      if (seconds > 0) {
        any = true;
        table.add(
            name(run.getParams()),
            "%.4g".formatted(1e6 * seconds / run.getPrimaryResult().getScore()),
            "%.1f %%".formatted(100 * seconds),
            quotient(1e-9 * counter(counters, "flop") / seconds, "%.4g"),
            quotient(100 * counter(counters, "flopLimitSeconds") / seconds, "%.2f %%"),
            quotient(1e-9 * counter(counters, "bytes") / seconds, "%.4g"),
            quotient(100 * counter(counters, "byteLimitSeconds") / seconds, "%.2f %%"));
      }
    }
    return any ? Optional.of(table) : Optional.empty();
  }

  private static double counter(Map<String, ?> counters, String name) {
    return counters.get(name) instanceof Result<?> result ? result.getScore() : 0;
  }

  private static String quotient(double value, String format) {
    return value > 0 ? format.formatted(value) : "-";
  }

  private static String score(Object result, String format) {
    return result instanceof Result<?> measured ? format.formatted(measured.getScore()) : "-";
  }

  private static String name(BenchmarkParams params) {
    return BenchProgress.name(params);
  }
}
