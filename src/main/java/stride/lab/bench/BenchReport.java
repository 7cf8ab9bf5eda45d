package stride.lab.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stride.lab.profile.ProfileReport;
import stride.results.Anchor;
import stride.results.Anchors;
import stride.results.BenchmarkTables;
import stride.results.Figures;
import stride.results.JmhResult;
import stride.results.Machine;
import stride.results.ProfileResult;
import stride.results.RatesTable;
import stride.results.Results;
import stride.results.ResultsFolder;
import stride.results.Revision;
import stride.results.StageTable;
import stride.results.Warnings;

/**
 * Gathers what a bench run measured into tables, and writes the summary and the anchors at its end.
 *
 * <p>The summary has everything. Of a run with a profile a terminal gets at most 20 lines, which
 * end with where the rest is; of suites alone it gets their table.
 */
public final class BenchReport {
  /** Rows of the terminal's table: what the other lines leave of 20. */
  private static final int TERMINAL_ROWS = 6;

  private final ResultsFolder folder;
  private final Anchor start;
  private final Optional<Anchors> baseline;
  private final Machine machine;
  private final List<JmhResult> benchmarks = new ArrayList<>();
  private final List<ProfileResult> profiles = new ArrayList<>();
  private ShortTraining.Outcome training; // null: none was asked for
  private Anchor end;

  /**
   * An empty report.
   *
   * @param folder of the run
   * @param start what the machine gave before the first measurement
   * @param baseline anchors of the reference run on the same machine, if there is one
   */
  public BenchReport(ResultsFolder folder, Anchor start, Optional<Anchors> baseline) {
    this.folder = folder;
    this.start = start;
    this.baseline = baseline;
    this.machine = Results.read(folder.path()).machine();
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
    folder.writeJson(ResultsFolder.ANCHORS, anchors());
  }

  private Anchors anchors() {
    return new Anchors(ResultsFolder.SCHEMA_VERSION, start, end);
  }

  /** What makes the figures of the closed run doubtful: sentences without full stops. */
  public List<String> doubts() {
    Map<String, Double> spreads = new HashMap<>();
    profiles.forEach(profile -> spreads.putAll(profile.spreads()));
    return Warnings.ofRun(machine, Optional.of(anchors()), baseline, benchmarks, spreads);
  }

  /**
   * The closed run for a terminal.
   *
   * @param whole what a user calls the summary, with all tables
   * @param next commands that go on from here, one or two
   * @return lines with a closing line break
   */
  public String text(String whole, List<String> next) {
    List<String> lines = new ArrayList<>();
    lines.add(shortened(machine.inOneLine()));
    if (profiles.isEmpty()) {
      BenchmarkTables.scores(benchmarks).toText().lines().forEach(lines::add);
      BenchmarkTables.device(benchmarks).ifPresent(t -> t.toText().lines().forEach(lines::add));
    } else {
      RatesTable.brief(profiles, TERMINAL_ROWS).toText().lines().forEach(lines::add);
      profiles.forEach(profile -> lines.addAll(knees(profile)));
    }
    if (training != null) {
      lines.add(training.sentence());
    }
    doubts().forEach(doubt -> lines.add("warning: " + doubt));
    lines.add("all tables: " + whole);
    next.forEach(command -> lines.add("next: " + command));
    return String.join("\n", lines) + "\n";
  }

  /** One line for each number of threads; of several tasks one line each, of the most threads. */
  private List<String> knees(ProfileResult profile) {
    if (profiles.size() == 1) {
      return ProfileReport.knees(profile, "").lines().toList();
    }
    return List.of(profile.task() + ": " + profile.knee().getLast().sentence());
  }

  private static String shortened(String line) {
    return line.length() <= RatesTable.WIDTH ? line : line.substring(0, RatesTable.WIDTH - 1) + "…";
  }

  private String markdown() {
    var text = new StringBuilder("# " + folder.path().getFileName() + "\n\n");
    String commit = new Revision(machine.commit(), machine.dirty()).abbreviated();
    text.append(
        "%s, MuJoCo %s, commit %s\n\n".formatted(machine.inWords(), machine.mujoco(), commit));
    text.append(ProfileReport.doubts(doubts()));
    text.append("## JMH\n\n").append(BenchmarkTables.scores(benchmarks).toMarkdown());
    BenchmarkTables.device(benchmarks)
        .ifPresent(
            table -> text.append("\nBy the device's own clock:\n\n").append(table.toMarkdown()));
    profiles.forEach(profile -> text.append('\n').append(ProfileReport.markdown(profile)));
    if (training != null) {
      text.append("\n## Training\n\n" + training.sentence() + "\n\n");
      text.append(StageTable.of(training.result().stages()).toMarkdown());
    }
    text.append("\n## Anchors\n\n").append(anchorLine()).append('\n');
    return text.toString();
  }

  private String anchorLine() {
    return "anchor at start and end: %,.0f and %,.0f mj_step/s, %.1f and %.1f GB/s copied; load average at the start: %s"
        .formatted(
            start.mjStepsPerSecond(),
            end.mjStepsPerSecond(),
            start.copyGigabytesPerSecond(),
            end.copyGigabytesPerSecond(),
            Figures.fixed(start.loadAverage(), 1));
  }
}
