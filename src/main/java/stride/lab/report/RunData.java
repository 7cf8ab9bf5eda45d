package stride.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import stride.files.FileException;
import stride.files.JsonObject;
import stride.files.JsonText;
import stride.files.TextLines;
import stride.lab.LabException;
import stride.lab.process.Origin;
import stride.lab.trials.TrialResult;
import stride.results.Revision;
import stride.train.ConfigFile;
import stride.train.RunFolder;
import stride.train.TrainProgress;

/**
 * What a run folder says of learning.
 *
 * @param name how the page calls the folder
 * @param task Gymnasium's name
 * @param configuration of config.json, without the seed: all that makes runs comparable; of a
 *     trial, its revision and machine too
 * @param seed of the run
 * @param points one an iteration, from the first at which an episode had ended
 * @param envSteps done by the last iteration, 0 before the first
 * @param seconds wall time by the last iteration
 * @param failed why a trial ended early; null if it did not, or the run is none
 * @param totalTimesteps env steps that it was to do; null if its configuration does not say
 * @param isFinished whether all iterations are done: others were stopped, or are at work
 */
public record RunData(
    String name,
    String task,
    ObjectNode configuration,
    long seed,
    List<Point> points,
    double envSteps,
    double seconds,
    String failed,
    Long totalTimesteps,
    boolean isFinished) {
  private static final String TRIAL = "trial.json";
  private static final String METRICS = "metrics.jsonl";
  private static final int LONGEST_LINE = 1 << 20; // bytes, far above any real one

  /**
   * Mean return of the last 100 episodes at some time.
   *
   * @param envSteps done since the run began
   * @param seconds wall time since then
   * @param meanReturn of the episodes
   */
  public record Point(double envSteps, double seconds, double meanReturn) {}

  static boolean isOne(Path folder) {
    return Files.isRegularFile(RunFolder.configFile(folder));
  }

  /** Whether a run has left something there: others have a config.json too. */
  static boolean isBegun(Path folder) {
    return isOne(folder) && Files.exists(folder.resolve(METRICS));
  }

  /**
   * Reads a run, finished or not.
   *
   * @param folder of the run
   * @param name how the folder is called
   * @return what is in it
   * @throws FileException if a file has another form
   * @throws LabException if its iterations are out of order
   */
  public static RunData read(Path folder, String name) {
    JsonObject config = JsonObject.of(RunFolder.configFile(folder), ConfigFile.SCHEMA_VERSION);
    ObjectNode configuration = config.node().deepCopy();
    configuration.remove("seed");
    String failed = null;
    if (Files.exists(folder.resolve(TRIAL))) {
      JsonObject trial = JsonObject.of(folder.resolve(TRIAL), TrialResult.SCHEMA_VERSION);
      Origin origin = Origin.completed(trial).part("origin").as(Origin.class);
      configuration.put("revision", revision(origin)).put("machine", origin.machine().inFull());
      failed = trial.textOrNull("failed");
    }
    Path metrics = folder.resolve(METRICS);
    List<Point> points = new ArrayList<>();
    double envSteps = 0;
    double seconds = 0;
    for (JsonObject line : Files.exists(metrics) ? lines(metrics) : List.<JsonObject>of()) {
      if (line.number("env_steps") <= envSteps || line.number("seconds") <= 0) {
        throw new LabException(
            "%s: no time passes after %.0f env steps".formatted(metrics, envSteps));
      }
      envSteps = line.number("env_steps");
      seconds += line.number("seconds"); // each line has those of its own iteration
      Double meanReturn = line.numberOrNull("return_mean_last_100");
      if (meanReturn != null) {
        points.add(new Point(envSteps, seconds, meanReturn));
      }
    }
    return new RunData(
        name,
        config.text("task"),
        configuration,
        config.integer("seed"),
        points,
        envSteps,
        seconds,
        failed,
        config.has("total_timesteps") ? (Long) config.integer("total_timesteps") : null,
        RunFolder.isFinished(folder));
  }

  /** Changes of no commit are told apart by what was built of them, and so is what has none. */
  private static String revision(Origin origin) {
    boolean vague = origin.dirty() || !Revision.isKnown(origin.commit());
    return origin.revision() + (vague ? "-" + origin.shortCode() : "");
  }

  /** Whether another run did the same as far as both got: then it is this run again. */
  boolean repeats(RunData other) {
    int common = Math.min(points.size(), other.points.size());
    return seed == other.seed
        && IntStream.range(0, common)
            .allMatch(
                k ->
                    points.get(k).envSteps() == other.points.get(k).envSteps()
                        && points.get(k).meanReturn() == other.points.get(k).meanReturn());
  }

  /** All whole lines: a run that is still written, or was killed, may end in the midst of one. */
  private static List<JsonObject> lines(Path file) {
    List<JsonObject> parts = new ArrayList<>();
    try (var lines = new TextLines(Files.newInputStream(file), LONGEST_LINE)) {
      for (String line = lines.next(); line != null && lines.isWhole(); line = lines.next()) {
        JsonNode node = JsonText.readLine(file, lines.number(), line);
        JsonText.requireVersion(file, node, TrainProgress.SCHEMA_VERSION);
        parts.add(new JsonObject(file, node));
      }
      return parts;
    } catch (IOException e) {
      throw FileException.cannotRead(file, e);
    }
  }
}
