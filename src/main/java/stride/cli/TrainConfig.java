package stride.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stride.env.Task;
import stride.env.Tasks;
import stride.ppo.PpoOptions;

/**
 * What a run is told, put together from a preset, a file and single options, later ones on top.
 *
 * <p>Its JSON is one flat object: algo, task, seed and preset beside the algorithm's options, so
 * that any run's config.json can be the file of another.
 */
final class TrainConfig {
  static final String ALGO = "ppo";
  private static final int SCHEMA_VERSION = 1;
  private static final List<String> OWN_KEYS =
      List.of("schema_version", "algo", "task", "seed", "preset");

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final ObjectNode options;
  private String task;
  private long seed;

  private TrainConfig(ObjectNode options) {
    this.options = options;
  }

  /** The options' names in snake_case, with what a value must be. */
  static Map<String, String> optionTypes() {
    Map<String, String> types = new TreeMap<>();
    for (RecordComponent component : PpoOptions.class.getRecordComponents()) {
      types.put(snake(component.getName()), typeName(component.getType()));
    }
    return types;
  }

  private static String snake(String camel) {
    return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(camel);
  }

  private static String typeName(Class<?> type) {
    if (type == int.class || type == long.class) {
      return "integer";
    }
    if (type == double.class) {
      return "number";
    }
    if (type == Double.class) {
      return "number or null";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    return type == List.class ? "integers" : "text";
  }

  static TrainConfig preset(String preset, Task task) {
    return new TrainConfig(JSON.valueToTree(PpoOptions.preset(preset, task)));
  }

  /** The configuration of a run that was begun, from its config.json. */
  static TrainConfig ofRun(ObjectNode json) {
    String task = text(json, "task", "");
    TrainConfig config = preset(text(json, "preset", "tuned"), Tasks.of(task));
    config.overlay(json);
    config.task = task;
    config.seed = json.path("seed").asLong(1);
    return config;
  }

  /** The task of {@link #ofRun}. */
  String task() {
    return task;
  }

  /** The seed of {@link #ofRun}. */
  long seed() {
    return seed;
  }

  /** A text, or number as text, of a JSON object that may be missing. */
  static String text(ObjectNode json, String key, String otherwise) {
    JsonNode value = json == null ? null : json.get(key);
    return value == null || value.isNull() ? otherwise : value.asText();
  }

  /** Reads a configuration file. */
  static ObjectNode read(Path file) {
    try {
      if (JSON.readTree(Files.readString(file)) instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException(file + ": not a JSON object");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read " + file + ": " + e.getClass().getSimpleName(), e);
    }
  }

  /** Puts a file's options on top; the keys that are a run's own are the caller's business. */
  void overlay(ObjectNode file) {
    JsonNode version = file.get("schema_version");
    if (version != null && version.asInt() != SCHEMA_VERSION) {
      throw new IllegalArgumentException(
          "schema_version=" + version + ", required: " + SCHEMA_VERSION);
    }
    if (file.hasNonNull("algo") && !file.get("algo").asText().equals(ALGO)) {
      throw new IllegalArgumentException(
          "algo=" + file.get("algo").asText() + ", required: " + ALGO);
    }
    file.properties().stream()
        .filter(entry -> !OWN_KEYS.contains(entry.getKey()))
        .forEach(entry -> set(entry.getKey(), entry.getValue()));
  }

  /** Puts one option on top, given as text: a JSON value, words, or integers with commas. */
  void set(String key, String text) {
    String type = required(key);
    if (type.equals("integers") && !text.startsWith("[")) {
      ArrayNode list = JSON.createArrayNode();
      for (String part : text.split(",", -1)) {
        list.add(parse(part));
      }
      set(key, list);
    } else {
      set(key, type.equals("text") ? JSON.getNodeFactory().textNode(text) : parse(text));
    }
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  private void set(String key, JsonNode value) {
    String type = required(key);
    boolean fits =
        switch (type) {
          case "integer" -> value.isIntegralNumber() && value.canConvertToLong();
          case "number" -> value.isNumber();
          case "number or null" -> value.isNumber() || value.isNull();
          case "true or false" -> value.isBoolean();
          case "text" -> value.isTextual();
          default -> value.isArray() && isIntegers(value);
        };
    if (!fits) {
      throw new IllegalArgumentException(key + "=" + value + ", required: " + type);
    }
    options.set(key, value);
  }

  private static boolean isIntegers(JsonNode array) {
    for (JsonNode element : array) {
      if (!element.isInt()) {
        return false;
      }
    }
    return true;
  }

  private static String required(String key) {
    String type = optionTypes().get(key);
    if (type == null) {
      throw new IllegalArgumentException(
          "unknown option " + key + ", there are " + String.join(", ", optionTypes().keySet()));
    }
    return type;
  }

  PpoOptions options() {
    try {
      return JSON.treeToValue(options, PpoOptions.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /** Everything, as config.json has it. */
  ObjectNode toJson(String task, long seed, String preset) {
    ObjectNode json = JSON.createObjectNode();
    json.put("schema_version", SCHEMA_VERSION);
    json.put("algo", ALGO);
    json.put("task", task);
    json.put("seed", seed);
    json.put("preset", preset);
    json.setAll(options);
    return json;
  }
}
