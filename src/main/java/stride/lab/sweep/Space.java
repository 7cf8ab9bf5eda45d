package stride.lab.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import stride.files.FileException;
import stride.files.JsonText;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Where a search looks: options, and the values that each may have.
 *
 * @param json the file, as it was read
 * @param options values by option's name
 */
public record Space(ObjectNode json, SortedMap<String, Domain> options) {
  private static final int SCHEMA_VERSION = 1;
  private static final String VERSION = "schema_version";
  private static final String OPTIONS = "options";
  private static final List<String> KEYS = List.of(VERSION, OPTIONS);

  /** Keeps the options in an order that does not depend on the file's: it numbers their draws. */
  public Space {
    options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
  }

  /**
   * Reads a file.
   *
   * @param file JSON, such as {@code {"schema_version": 1, "options": {"learning_rate": {"log":
   *     [1e-4, 3e-3]}, "gae_lambda": {"range": [0.9, 0.98]}, "num_steps": {"choice": [128, 256]}}}}
   * @param rules that the values go by
   * @return the space
   * @throws IllegalArgumentException naming the file, and what is wrong in it
   */
  public static Space read(Path file, OptionRules rules) {
    try {
      ObjectNode json = JsonText.readObject(file);
      JsonText.requireVersion(file, json, SCHEMA_VERSION);
      return of(json, rules);
    } catch (FileException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  static Space of(ObjectNode json, OptionRules rules) {
    json.fieldNames()
        .forEachRemaining(
            key -> require(KEYS.contains(key), "unknown key " + key + ", there are " + KEYS));
    JsonNode given = json.path(OPTIONS);
    require(
        given.isObject() && !given.isEmpty(),
        "%s=%s, required: an object with one option or more".formatted(OPTIONS, json.get(OPTIONS)));
    SortedMap<String, Domain> options = new TreeMap<>();
    given
        .properties()
        .forEach(
            option ->
                options.put(option.getKey(), domain(option.getKey(), option.getValue(), rules)));
    return new Space(json, options);
  }

  private static Domain domain(String option, JsonNode json, OptionRules rules) {
    boolean single = json.isObject() && json.size() == 1;
    List<JsonNode> values = new ArrayList<>();
    for (String kind : List.of("choice", "range", "log")) {
      if (single && json.path(kind).isArray()) {
        json.get(kind).forEach(values::add);
        return kind.equals("choice")
            ? choice(option, json, values, rules)
            : range(option, json, values, kind.equals("log"), rules);
      }
    }
    throw wrong(
        option,
        json,
        "{\"choice\": [VALUE, ...]}, {\"range\": [LOW, HIGH]} or {\"log\": [LOW, HIGH]}");
  }

  private static Domain choice(
      String option, JsonNode json, List<JsonNode> values, OptionRules rules) {
    values.forEach(value -> rules.requireType(option, value));
    if (values.isEmpty()) {
      throw wrong(option, json, "one value or more");
    }
    return new Domain.Choice(List.copyOf(values));
  }

  private static Domain range(
      String option, JsonNode json, List<JsonNode> ends, boolean log, OptionRules rules) {
    ends.forEach(end -> rules.requireType(option, end));
    boolean inOrder =
        ends.size() == 2
            && ends.stream().allMatch(JsonNode::isNumber)
            && ends.get(0).doubleValue() < ends.get(1).doubleValue();
    if (!inOrder || (log && ends.get(0).doubleValue() <= 0)) {
      throw wrong(option, json, log ? "two numbers, 0 < LOW < HIGH" : "two numbers, LOW < HIGH");
    }
    // what is drawn lies between them: if both are possible, nobody waits for hours to be refused
    ends.forEach(end -> rules.resolve(Map.of(option, end)));
    return new Domain.Range(
        ends.get(0).doubleValue(), ends.get(1).doubleValue(), log, rules.isInteger(option));
  }

  private static IllegalArgumentException wrong(String option, JsonNode json, String required) {
    return new IllegalArgumentException(option + "=" + json + ", required: " + required);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** What a search changes in one of its configurations: a function of its seed and the number. */
  SortedMap<String, JsonNode> draw(long seed, int number) {
    var random = new RandomStream(seed, Purpose.SEARCH);
    SortedMap<String, JsonNode> drawn = new TreeMap<>();
    int position = 0;
    for (var option : options.entrySet()) {
      random.seek(number, position++);
      drawn.put(option.getKey(), option.getValue().draw(random));
    }
    return drawn;
  }
}
