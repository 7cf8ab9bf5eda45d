package stride.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gathers what a bench run measured into tables, and writes the summary and the anchors at its end.
 */
public final class BenchReport {
  private final ResultsFolder folder;
  private final Anchor start;
  private final List<JmhResult> benchmarks = new ArrayList<>();
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
  public void addBenchmarks(List<JmhResult> results) {
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
    folder.writeText("summary.md", markdown());
    // last, for it says that the run has ended
    folder.writeJson(ResultsFolder.ANCHORS, new Anchors(ResultsFolder.SCHEMA_VERSION, start, end));
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
    for (JmhResult run : benchmarks) {
      Double rows = run.secondaryScore("rows");
      table.add(
          run.key(),
          "%.4g".formatted(run.score()),
          Double.isNaN(run.error()) ? "-" : "%.2g".formatted(run.error()),
          run.unit(),
          score(rows == null ? run.secondaryScore("envSteps") : rows, "%.0f"),
          score(run.secondaryScore(JmhResult.ALLOCATION), "%.1f"));
    }
    return table;
  }

  /** What suites of the GPU did while it was at work; empty if none ran. */
  private Optional<Table> deviceTable() {
    var table =
        new Table("benchmark", "us/op", "of wall time", "GFLOP/s", "of limit", "GB/s", "of limit");
    boolean any = false;
    for (JmhResult run : benchmarks) {
      double seconds = counter(run, "deviceSeconds"); // in one of wall time
      if (seconds > 0) {
        any = true;
        table.add(
            run.key(),
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

  private static String score(Double score, String format) {
    return score == null ? "-" : format.formatted(score);
  }
}
