package stride.lab.profile;

import java.util.Map;
import java.util.Optional;
import stride.lab.LabException;
import stride.results.ResultsFolder;

/**
 * Shows by samples where running code spends its time, in a results folder: by async-profiler,
 * which sees native code too, where it is installed; else by JFR, which the JVM has.
 */
public final class FlameGraphs {
  private final ResultsFolder folder;
  private final String choice;
  private AsyncProfiler async; // null: not installed, or it has failed

  /**
   * Looks for async-profiler.
   *
   * @param folder where flame graphs go
   * @param environment of the process: {@code PATH} and {@code ASYNC_PROFILER_HOME} say where to
   *     look
   */
  public FlameGraphs(ResultsFolder folder, Map<String, String> environment) {
    this.folder = folder;
    this.async = AsyncProfiler.find(environment).orElse(null);
    this.choice =
        async != null
            ? "flame graphs by async-profiler: " + async.program()
            : "flame graphs by JFR: " + AsyncProfiler.missing(environment);
  }

  /** Which of the two it will be: one line with the reason. */
  public String choice() {
    return choice;
  }

  /**
   * Samples the process while work is done.
   *
   * @param name of the files, without what tells their form: {@code .html} of async-profiler, or
   *     {@code .jfr} and {@code .folded} of JFR
   * @param work done once; a second time if async-profiler fails
   * @return why async-profiler failed, on one line, if it did: from then on it is JFR
   * @throws LabException if a file cannot be written
   */
  public Optional<String> record(String name, Runnable work) {
    String complaint = null;
    if (async != null) {
      try {
        folder.writeBytes(name + ".html", async.record(work));
        return Optional.empty();
      } catch (AsyncProfiler.Failure e) {
        complaint = "flame graphs by JFR: " + e.getMessage();
        async = null;
      }
    }
    JfrFlame.record(folder, name, work);
    return Optional.ofNullable(complaint);
  }
}
