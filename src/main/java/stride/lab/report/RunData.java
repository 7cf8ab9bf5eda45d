package stride.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stride.lab.LabException;
import stride.lab.Part;
import stride.train.RunFolder;
import stride.train.TrainException;

/**
 * What a run folder says of learning.
 *
 * @param name how the page calls the folder
 * @param task Gymnasium's name
 * @param configuration of config.json, without the seed: all that makes runs comparable
 * @param points one an iteration, from the first at which an episode had ended
 * @param envSteps done by the last iteration, 0 before the first
 * @param seconds wall time by the last iteration
 */
public record RunData(
    String name,
    String task,
    ObjectNode configuration,
    List<Point> points,
    double envSteps,
    double seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();

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

  /**
   * Reads a run, finished or not.
   *
   * @param folder of the run
   * @param name how the folder is called
   * @return what is in it
   * @throws LabException if a file has another form
   */
  public static RunData read(Path folder, String name) {
    Part config = Part.of(RunFolder.configFile(folder));
    ObjectNode configuration = config.node().deepCopy();
    configuration.remove("seed");
    Path metrics = folder.resolve("metrics.jsonl");
    List<Point> points = new ArrayList<>();
    double envSteps = 0;
    double seconds = 0;
    for (Part line : Files.exists(metrics) ? lines(metrics) : List.<Part>of()) {
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
    return new RunData(name, config.text("task"), configuration, points, envSteps, seconds);
  }

  /** All whole lines: a run that is still written, or was killed, may end in the midst of one. */
  private static List<Part> lines(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new LabException("cannot read " + file + ": " + TrainException.reason(e), e);
    }
    List<Part> parts = new ArrayList<>();
    int number = 0;
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      number++;
      try {
        parts.add(new Part(file, JSON.readValue(line, ObjectNode.class)).versioned());
      } catch (JsonProcessingException e) {
        throw new LabException("%s: line %d is no JSON object".formatted(file, number), e);
      }
    }
    return parts;
  }
}
