package stride.cli;

import static java.util.Locale.ROOT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import stride.env.Nearest;
import stride.env.Task;
import stride.files.JsonException;
import stride.files.JsonText;
import stride.learn.DescribedOption;
import stride.ppo.PpoOptions;

/**
 * The algorithm's options while they are put together, from a preset, a file and single options,
 * later ones on top.
 */
final class TrainConfig {
  private static final Map<String, Class<?>> TYPES = types();

  // CleanRL's norm_adv, which is of minibatches
  private static final Map<String, String> TRUTHS =
      Map.of("true", "minibatch", "false", "none", "True", "minibatch", "False", "none");

  private final ObjectNode options;

  private TrainConfig(ObjectNode options) {
    this.options = options;
  }

  private static Map<String, Class<?>> types() {
    Map<String, Class<?>> types = new TreeMap<>();
    OptionTexts.all().forEach(option -> types.put(OptionTexts.name(option), option.type()));
    return types;
  }

  /** The options' names in snake_case, with what a value must be. */
  static Map<String, String> optionTypes() {
    Map<String, String> names = new TreeMap<>();
    TYPES.forEach((name, type) -> names.put(name, typeName(type)));
    return names;
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
    return new TrainConfig(toJson(PpoOptions.preset(preset, task)));
  }

  /** Puts a file's options on top; what else it says is the caller's business. */
  void overlay(ConfigFile file) {
    file.options().forEach(this::set);
  }

  /** Puts one option on top, given as text: a JSON value, words, or integers with commas. */
  void set(String key, String text) {
    String type = typeName(type(key));
    if (type.equals("integers") && !text.startsWith("[")) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (String part : text.split(",", -1)) {
        list.add(parse(part));
      }
      set(key, list);
    } else {
      set(key, type.equals("text") ? TextNode.valueOf(text) : parse(text));
    }
  }

  /** Also numbers and truths as Python has them: 1_000_000, True. */
  private static JsonNode parse(String text) {
    String plain = text.equals("True") || text.equals("False") ? text.toLowerCase(ROOT) : text;
    Optional<BigInteger> whole = Numbers.integer(text);
    try {
      return JsonText.parse(whole.map(BigInteger::toString).orElse(plain));
    } catch (JsonException e) {
      return TextNode.valueOf(text);
    }
  }

  private void set(String key, JsonNode value) {
    options.set(key, accept(key, value));
  }

  /**
   * What a flag may be that stands for itself as well; none for flags that need a value. CleanRL's
   * {@code norm_adv} is true or false.
   */
  static List<String> bareValues(DescribedOption option) {
    List<String> truths = List.of("true", "false");
    if (option.component().equals("normAdv")) {
      return Stream.concat(option.words().stream(), truths.stream()).toList();
    }
    return option.type() == boolean.class ? truths : List.of();
  }

  /**
   * The value that an option gets: whole numbers may be written 1e5, and CleanRL's {@code norm_adv}
   * is true or false. Throws unless there is such an option and the value has its type.
   */
  static JsonNode accept(String key, JsonNode given) {
    Class<?> type = type(key);
    JsonNode value = canonical(key, type, given);
    String name = typeName(type);
    boolean fits =
        switch (name) {
          case "integer" -> value.isIntegralNumber();
          case "number" -> value.isNumber();
          case "number or null" -> value.isNumber() || value.isNull();
          case "true or false" -> value.isBoolean();
          case "text" -> value.isTextual();
          default -> value.isArray() && isIntegers(value);
        };
    if (!fits) {
      throw new IllegalArgumentException(key + "=" + value + ", required: " + name);
    }
    if (type == int.class && !value.canConvertToInt()) {
      throw outOfRange(key, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class && !value.canConvertToLong()) {
      throw outOfRange(key, value, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    return value;
  }

  private static JsonNode canonical(String key, Class<?> type, JsonNode given) {
    boolean integer = type == int.class || type == long.class;
    if (integer && given.isFloatingPointNumber() && Double.isFinite(given.doubleValue())) {
      return Numbers.integer(given.decimalValue())
          .<JsonNode>map(JsonNodeFactory.instance::numberNode)
          .orElse(given);
    }
    if (key.equals("norm_adv") && TRUTHS.containsKey(given.asText())) {
      return TextNode.valueOf(TRUTHS.get(given.asText()));
    }
    return given;
  }

  private static IllegalArgumentException outOfRange(
      String key, JsonNode value, long least, long most) {
    return new IllegalArgumentException(
        "%s=%s, required: integer in [%d, %d]".formatted(key, value, least, most));
  }

  private static boolean isIntegers(JsonNode array) {
    for (JsonNode element : array) {
      if (!element.isInt()) {
        return false;
      }
    }
    return true;
  }

  private static Class<?> type(String key) {
    Class<?> type = TYPES.get(key);
    if (type == null) {
      List<String> nearest = Nearest.of(key, TYPES.keySet());
      throw new IllegalArgumentException(
          nearest.isEmpty()
              ? "unknown option " + key + ", there are " + String.join(", ", TYPES.keySet())
              : "unknown option %s, did you mean %s?".formatted(key, String.join(" or ", nearest)));
    }
    return type;
  }

  PpoOptions options() {
    try {
      return JsonText.toRecord(options, PpoOptions.class);
    } catch (JsonException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  static ObjectNode toJson(PpoOptions options) {
    return (ObjectNode) JsonText.tree(options);
  }
}
