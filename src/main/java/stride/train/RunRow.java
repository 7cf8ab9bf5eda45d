package stride.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stride.env.TaskOptions;
import stride.env.Tasks;
import stride.files.FileException;
import stride.files.JsonObject;
import stride.files.JsonText;

/**
 * A run in a list of runs, by what its folder says.
 *
 * @param task Gymnasium's name and what is altered of it; null if the folder does not say
 * @param algo the algorithm; likewise
 * @param seed of the run; likewise
 * @param state "running", "stopped", "finished" or "damaged"
 * @param envSteps done by the last iteration; null of a damaged folder
 * @param returnMeanLast100 null if no episode has ended
 * @param bestReturn of the best checkpoint; null if there is none
 * @param folder of the run
 * @param begun seconds since 1970
 * @param damage what is wrong with the folder, in a line; null if nothing is
 */
public record RunRow(
    String task,
    String algo,
    Long seed,
    String state,
    Long envSteps,
    @JsonProperty("return_mean_last_100") Double returnMeanLast100,
    Double bestReturn,
    String folder,
    long begun,
    String damage) {
  // they hold runs that nobody began by hand
  private static final Set<String> APART =
      Set.of(RunFolder.TRIALS.getFileName().toString(), BestRuns.NAME);

  /**
   * Looks at runs.
   *
   * @param folders of runs, or what holds them at any depth
   * @return the newest first
   * @throws FileException if one of the folders cannot be read
   */
  public static List<RunRow> in(List<Path> folders) {
    List<RunRow> rows = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.exists(folder) || !folder.equals(RunFolder.RUNS)) { // before the first run
        add(folder, rows, true);
      }
    }
    rows.sort(Comparator.comparingLong(RunRow::begun).reversed().thenComparing(RunRow::folder));
    return rows;
  }

  private static void add(Path folder, List<RunRow> rows, boolean named) {
    if (RunRecord.isOne(folder) || Files.isDirectory(folder.resolve(CheckpointStore.NAME))) {
      rows.add(of(folder));
      return;
    }
    try (DirectoryStream<Path> below = Files.newDirectoryStream(folder)) {
      for (Path next : below) {
        boolean apart = named && APART.contains(next.getFileName().toString());
        if (Files.isDirectory(next) && !apart) {
          add(next, rows, false);
        }
      }
    } catch (NotDirectoryException e) {
      throw new FileException(folder, "not a folder", e);
    } catch (IOException e) {
      throw FileException.cannotRead(folder, e);
    }
  }

  private static RunRow of(Path run) {
    long begun = RunFolder.configFile(run).toFile().lastModified() / 1000;
    try {
      JsonObject config = JsonObject.of(RunFolder.configFile(run), ConfigFile.SCHEMA_VERSION);
      Optional<TrainProgress> last = MetricsTail.last(RunFolder.metricsFile(run));
      return new RunRow(
          problem(config),
          config.text("algo"),
          config.integer("seed"),
          state(run),
          last.map(TrainProgress::envSteps).orElse(0L),
          last.map(TrainProgress::returnMeanLast100).orElse(null),
          best(run),
          run.toString(),
          begun,
          null);
    } catch (FileException e) {
      String damage = e.getMessage().replace(run + "/", "");
      return new RunRow(
          null, null, null, "damaged", null, null, null, run.toString(), begun, damage);
    }
  }

  private static String problem(JsonObject config) {
    String task = config.text("task");
    if (!config.has(ConfigFile.TASK_OPTIONS)) {
      return task; // perhaps of a Stride that has more tasks
    }
    try {
      ConfigFile file = ConfigFile.ofRun(config.file(), (ObjectNode) config.node());
      return TaskOptions.problem(TaskOptions.with(Tasks.of(task), file.taskOptions()));
    } catch (IllegalArgumentException e) {
      throw new FileException(config.file(), e.getMessage(), e);
    }
  }

  private static String state(Path run) {
    return RunFolder.isFinished(run) ? "finished" : RunLock.isTaken(run) ? "running" : "stopped";
  }

  /** As the newest checkpoint's texts have it; its slabs are not looked at. */
  private static Double best(Path run) {
    List<Path> all = CheckpointStore.of(run).all();
    return all.isEmpty()
        ? null
        : JsonText.finiteOrNull(Checkpoint.readInfo(all.getFirst()).bestReturn());
  }
}
