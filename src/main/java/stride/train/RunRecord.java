package stride.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stride.files.FileException;
import stride.files.JsonObject;
import stride.files.JsonText;
import stride.files.TextLines;

/**
 * What a run folder says of learning, whoever works on it.
 *
 * @param configuration of config.json, all of it
 * @param task Gymnasium's name
 * @param seed of the run
 * @param totalTimesteps env steps that it was to do; null if its configuration does not say
 * @param iterations as far as metrics.jsonl has them whole
 * @param isFinished whether all iterations are done: others were stopped, or are at work
 */
public record RunRecord(
    ObjectNode configuration,
    String task,
    long seed,
    Long totalTimesteps,
    List<TrainProgress> iterations,
    boolean isFinished) {
  /**
   * Whether a folder is a run's, begun or not.
   *
   * @param folder any
   * @return whether it has a configuration
   */
  public static boolean isOne(Path folder) {
    return Files.isRegularFile(RunFolder.configFile(folder));
  }

  /**
   * Whether a run has left something in a folder: others have a config.json too.
   *
   * @param folder any
   * @return whether it has metrics as well
   */
  public static boolean isBegun(Path folder) {
    return isOne(folder) && Files.exists(RunFolder.metricsFile(folder));
  }

  /**
   * Reads a run, finished or not.
   *
   * @param folder of the run
   * @return what is in it
   * @throws FileException if a file has another form, or its iterations are out of order
   */
  public static RunRecord read(Path folder) {
    JsonObject config = JsonObject.of(RunFolder.configFile(folder), ConfigFile.SCHEMA_VERSION);
    Path metrics = RunFolder.metricsFile(folder);
    return new RunRecord(
        (ObjectNode) config.node(),
        config.text("task"),
        config.integer("seed"),
        config.has("total_timesteps") ? (Long) config.integer("total_timesteps") : null,
        Files.exists(metrics) ? iterations(metrics) : List.of(),
        RunFolder.isFinished(folder));
  }

  /** All whole lines: a run that is still written, or was killed, may end in the midst of one. */
  private static List<TrainProgress> iterations(Path file) {
    List<TrainProgress> all = new ArrayList<>();
    long envSteps = 0;
    try (var lines = new TextLines(Files.newInputStream(file), MetricsLog.LONGEST_LINE)) {
      for (String line = lines.next(); line != null && lines.isWhole(); line = lines.next()) {
        TrainProgress next =
            JsonText.readLine(
                file, lines.number(), line, TrainProgress.SCHEMA_VERSION, TrainProgress.class);
        if (next.envSteps() <= envSteps || next.seconds() <= 0) {
          throw new FileException(file, "no time passes after %d env steps".formatted(envSteps));
        }
        envSteps = next.envSteps();
        all.add(next);
      }
      return all;
    } catch (IOException e) {
      throw FileException.cannotRead(file, e);
    }
  }

  /** Env steps done by the last iteration, 0 before the first. */
  public long envSteps() {
    return iterations.isEmpty() ? 0 : iterations.getLast().envSteps();
  }

  /** Wall time by the last iteration: each has that of its own. */
  public double seconds() {
    double sum = 0; // in order, to the bit what the run itself says
    for (TrainProgress iteration : iterations) {
      sum += iteration.seconds();
    }
    return sum;
  }
}
