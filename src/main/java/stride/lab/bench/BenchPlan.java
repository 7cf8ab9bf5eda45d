package stride.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import stride.files.FileGuard;
import stride.files.JsonObject;
import stride.lab.LabException;
import stride.results.Anchor;
import stride.results.Machine;
import stride.results.Results;
import stride.results.ResultsFolder;
import stride.results.Revision;
import stride.train.Code;

/**
 * What a bench run was asked for, kept in its folder so that it can go on after an interruption:
 * the form of {@code plan.json}.
 *
 * @param schemaVersion of this form
 * @param quick few short iterations and the smaller parameters
 * @param forks of each benchmark; 0 for as many as its suite asks for
 * @param benchmarks suite and method of each, in order
 * @param jmh arguments of JMH's own command line
 * @param profiles tasks to profile too
 * @param training whether to train too
 * @param start what the machine gave before the first measurement
 */
public record BenchPlan(
    int schemaVersion,
    boolean quick,
    int forks,
    List<String> benchmarks,
    List<String> jmh,
    List<String> profiles,
    boolean training,
    Anchor start) {

  public static final String FILE = ResultsFolder.PLAN;

  /** The suites of its benchmarks, each once, in order. */
  public List<String> suites() {
    return Suites.namesOf(benchmarks);
  }

  /**
   * Keeps the plan.
   *
   * @param folder of the run
   */
  public void write(ResultsFolder folder) {
    folder.writeJson(FILE, this);
  }

  /**
   * Reads the plan of an interrupted run.
   *
   * @param folder of the run
   * @param here the machine and revision that would go on with it
   * @return its plan
   * @throws LabException if the folder has none, or is of another machine, revision or code
   */
  public static BenchPlan read(Path folder, Machine here) {
    Machine there = Results.read(folder).machine();
    if (!isIn(folder)) {
      throw new LabException(folder + " has no plan.json: it is of no run that can go on");
    }
    boolean known = Revision.isKnown(there.commit()) || Revision.isKnown(here.commit());
    if (known && (!there.commit().equals(here.commit()) || there.dirty() != here.dirty())) {
      throw new LabException(
          "%s is of revision %s, and this is %s"
              .formatted(folder, revision(there), revision(here)));
    }
    List<String> differences = there.kind().differences(here.kind());
    if (!differences.isEmpty()) {
      throw new LabException(
          "%s is of another machine: %s".formatted(folder, String.join(", ", differences)));
    }
    if (there.code() == null) {
      throw new LabException(folder + " does not say what it was measured with: begin anew");
    }
    List<String> others = code(there).differences(code(here));
    if (!others.isEmpty()) {
      throw new LabException(
          "%s was measured with %s: begin anew".formatted(folder, String.join(", ", others)));
    }
    return JsonObject.of(folder.resolve(FILE), ResultsFolder.SCHEMA_VERSION).as(BenchPlan.class);
  }

  private static Code code(Machine machine) {
    return new Code(new LinkedHashMap<>(machine.code()));
  }

  /**
   * Whether a folder is that of a bench run.
   *
   * @param folder of results
   * @return if it has a plan
   */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  private static String revision(Machine machine) {
    return new Revision(machine.commit(), machine.dirty()).abbreviated();
  }

  /**
   * Holds off others that would go on with the same run: two would measure each other.
   *
   * @param folder of the run
   * @return to be closed at the end
   * @throws LabException if another process is at work there
   * @throws IOException if nothing can be locked there
   */
  public static FileGuard guard(ResultsFolder folder) throws IOException {
    return FileGuard.ifFree(folder.path().resolve(FILE))
        .orElseThrow(() -> new LabException(folder.path() + " is in use by another process"));
  }

  /**
   * Whether the run has ended: its closing anchor is measured after everything else.
   *
   * @param folder of the run
   * @return if so
   */
  public static boolean isFinished(ResultsFolder folder) {
    return folder.has(ResultsFolder.ANCHORS);
  }
}
