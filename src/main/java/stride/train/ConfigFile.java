package stride.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import stride.algo.Algorithm;
import stride.algo.Algorithms;
import stride.algo.OptionTypes;
import stride.env.TaskOptions;
import stride.env.Tasks;
import stride.files.FileException;
import stride.files.JsonText;

/**
 * Settings from a JSON file: one flat object, in which task, task_options, seed and preset stand
 * beside the algorithm's options. What is here has the right form; whether it is possible is asked
 * later.
 *
 * @param algo the algorithm; null if the file has none
 * @param task Gymnasium's name; null if the file has none
 * @param seed null if the file has none
 * @param taskOptions what is altered of the task, by their names in snake_case
 * @param preset null if the file has none
 * @param options of the algorithm, by their names in snake_case
 */
public record ConfigFile(
    String algo,
    String task,
    SequencedMap<String, JsonNode> taskOptions,
    Long seed,
    String preset,
    SequencedMap<String, JsonNode> options) {
  /** Version of the file's form. */
  public static final int SCHEMA_VERSION = 1;

  /** No file at all. */
  public static final ConfigFile NONE =
      new ConfigFile(null, null, new LinkedHashMap<>(), null, null, new LinkedHashMap<>());

  /** The object of the task's options; runs of Gymnasium's task have none. */
  static final String TASK_OPTIONS = "task_options";

  // the others are there in every run
  private static final List<String> OWN_KEYS =
      List.of("schema_version", "algo", "task", "seed", "preset");

  /**
   * Reads a file that a user names, and may have written.
   *
   * @param path of the file
   * @return what it says
   * @throws IllegalArgumentException naming the file and what is wrong in it
   */
  public static ConfigFile read(Path path) {
    try {
      return of(path, JsonText.readObject(path));
    } catch (FileException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  /** A run's config.json, which lacks nothing. */
  static ConfigFile ofRun(Path path, ObjectNode json) {
    for (String key : OWN_KEYS) {
      if (!json.hasNonNull(key)) {
        throw new IllegalArgumentException("not the configuration of a run, it has no " + key);
      }
    }
    return of(path, json);
  }

  private static ConfigFile of(Path path, ObjectNode json) {
    if (json.has("schema_version")) { // a user's file may lack it
      JsonText.requireVersion(path, json, SCHEMA_VERSION);
    }
    String algo = text(json, "algo"); // of a file without one, options are checked when it is used
    OptionTypes types = algo == null ? null : OptionTypes.of(Algorithms.of(algo));
    SequencedMap<String, JsonNode> options = new LinkedHashMap<>();
    for (var property : json.properties()) {
      if (!OWN_KEYS.contains(property.getKey()) && !property.getKey().equals(TASK_OPTIONS)) {
        JsonNode value = property.getValue();
        options.put(
            property.getKey(), types == null ? value : types.accept(property.getKey(), value));
      }
    }
    return new ConfigFile(
        algo,
        text(json, "task"),
        taskOptions(json),
        integer(json, "seed"),
        text(json, "preset"),
        options);
  }

  /** The algorithm that it names, or else the default one. */
  public Algorithm<?> algorithm() {
    return Algorithms.of(algo == null ? Algorithms.DEFAULT : algo);
  }

  /**
   * All options of a configuration by their names, the task's beside the algorithm's.
   *
   * @param config as a config.json has it
   * @return a copy, in which the task's options are also those that are as in Gymnasium
   */
  public static ObjectNode flat(ObjectNode config) {
    ObjectNode flat = config.deepCopy();
    String task = config.path("task").asText();
    if (Tasks.contains(task)) {
      flat.setAll(TaskOptions.json(Tasks.of(task)));
    }
    flat.remove(TASK_OPTIONS);
    config.path(TASK_OPTIONS).properties().forEach(o -> flat.set(o.getKey(), o.getValue()));
    return flat;
  }

  private static SequencedMap<String, JsonNode> taskOptions(ObjectNode json) {
    SequencedMap<String, JsonNode> options = new LinkedHashMap<>();
    if (json.hasNonNull(TASK_OPTIONS)) {
      require(json, TASK_OPTIONS, json.get(TASK_OPTIONS).isObject(), "an object of options");
      json.get(TASK_OPTIONS).properties().forEach(o -> options.put(o.getKey(), o.getValue()));
    }
    return options;
  }

  private static String text(ObjectNode json, String key) {
    if (!json.hasNonNull(key)) {
      return null;
    }
    require(json, key, json.get(key).isTextual(), "text");
    return json.get(key).textValue();
  }

  private static Long integer(ObjectNode json, String key) {
    if (!json.hasNonNull(key)) {
      return null;
    }
    JsonNode node = json.get(key);
    require(
        json,
        key,
        node.isIntegralNumber() && node.canConvertToLong(),
        "integer in [" + Long.MIN_VALUE + ", " + Long.MAX_VALUE + "]");
    return node.longValue();
  }

  private static void require(ObjectNode json, String key, boolean holds, String range) {
    if (!holds) {
      throw new IllegalArgumentException(key + "=" + json.get(key) + ", required: " + range);
    }
  }
}
