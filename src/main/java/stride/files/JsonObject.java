package stride.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * An object of a results file, and the one way to read those. Fields that are asked for must be
 * there, others may be: a later Stride writes more of them under the same version.
 *
 * @param file that it stands in, for messages
 * @param node the object
 */
public record JsonObject(Path file, JsonNode node) {
  // as JMH writes what is no number of JSON
  private static final Set<String> NOT_FINITE = Set.of("NaN", "+INF", "-INF");

  /**
   * Reads a file of Stride's own.
   *
   * @param file of JSON
   * @param version of its form that is known here
   * @return its object
   * @throws FileException if it cannot be read, is no object, or of another version
   */
  public static JsonObject of(Path file, int version) {
    JsonNode node = JsonText.readObject(file);
    JsonText.requireVersion(file, node, version);
    return new JsonObject(file, node);
  }

  /**
   * Reads a file that is an array: JMH's, which have no version of ours.
   *
   * @param file of JSON
   * @return its objects
   * @throws FileException if it cannot be read or is something else
   */
  public static List<JsonObject> array(Path file) {
    JsonNode node = JsonText.read(file);
    if (!(node instanceof ArrayNode)) {
      throw new FileException(file, "not a JSON array");
    }
    return parts(file, node);
  }

  private static List<JsonObject> parts(Path file, JsonNode array) {
    return array.valueStream().map(item -> new JsonObject(file, item)).toList();
  }

  /**
   * The object as what Stride wrote it from.
   *
   * @param <T> a record
   * @param type of it
   * @return with all its components, those of objects within it too; fields beside them are left
   *     out
   * @throws FileException if a component is missing or of another form
   */
  public <T> T as(Class<T> type) {
    return JsonText.toRecord(file, node, type);
  }

  /**
   * Whether there is a value.
   *
   * @param key name of a field
   * @return if it is there and not null
   */
  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  /**
   * A value as text.
   *
   * @param key name of a field
   * @return of any value
   * @throws FileException if it is missing
   */
  public String text(String key) {
    JsonNode value = field(key);
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /**
   * A text that there may be.
   *
   * @param key name of a field
   * @return null for null
   * @throws FileException if it is missing or something else
   */
  public String textOrNull(String key) {
    JsonNode value = field(key);
    if (!value.isNull() && !value.isTextual()) {
      throw wrong(key, "text or null", value);
    }
    return value.textValue();
  }

  /**
   * A whole number.
   *
   * @param key name of a field
   * @return its value
   * @throws FileException if it is missing or something else
   */
  public long integer(String key) {
    JsonNode value = field(key);
    if (!value.isIntegralNumber()) {
      throw wrong(key, "a whole number", value);
    }
    return value.longValue();
  }

  /**
   * A number of things.
   *
   * @param key name of a field
   * @return 0 or more
   * @throws FileException if it is missing or something else
   */
  public int count(String key) {
    long value = integer(key);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw wrong(key, "a count", field(key));
    }
    return (int) value;
  }

  /**
   * A number.
   *
   * @param key name of a field
   * @return its value
   * @throws FileException if it is missing or something else
   */
  public double number(String key) {
    JsonNode value = field(key);
    if (!value.isNumber()) {
      throw wrong(key, "a number", value);
    }
    return value.doubleValue();
  }

  /**
   * A number that may not have been measured.
   *
   * @param key name of a field
   * @return null for null
   * @throws FileException if it is missing or something else
   */
  public Double numberOrNull(String key) {
    return field(key).isNull() ? null : (Double) number(key);
  }

  /**
   * A number of JMH's, which writes as text what it could not compute.
   *
   * @param key name of a field
   * @return NaN for what is not finite
   * @throws FileException if it is missing or something else
   */
  public double numberOrNan(String key) {
    return numberOrNan(key, field(key));
  }

  private double numberOrNan(String key, JsonNode value) {
    if (!value.isNumber() && !NOT_FINITE.contains(value.asText())) {
      throw wrong(key, "a number", value);
    }
    return value.isNumber() ? value.doubleValue() : Double.NaN;
  }

  /**
   * JMH's raw data: what each iteration gave, by fork.
   *
   * @param key name of a field
   * @return an array of arrays of numbers, NaN for what is not finite
   * @throws FileException if it is missing or something else
   */
  public List<List<Double>> forks(String key) {
    JsonNode forks = field(key);
    if (!forks.isArray() || !forks.valueStream().allMatch(JsonNode::isArray)) {
      throw wrong(key, "an array of arrays", forks);
    }
    return forks
        .valueStream()
        .map(fork -> fork.valueStream().map(figure -> numberOrNan(key, figure)).toList())
        .toList();
  }

  /**
   * Numbers.
   *
   * @param key name of a field
   * @return of an array
   * @throws FileException if it is missing or something else
   */
  public double[] numbers(String key) {
    JsonNode value = field(key);
    if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isNumber)) {
      throw wrong(key, "an array of numbers", value);
    }
    return value.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
  }

  /**
   * An object.
   *
   * @param key name of a field
   * @return it
   * @throws FileException if it is missing or something else
   */
  public JsonObject part(String key) {
    JsonNode value = field(key);
    if (!value.isObject()) {
      throw wrong(key, "an object", value);
    }
    return new JsonObject(file, value);
  }

  /**
   * Objects.
   *
   * @param key name of a field
   * @return of an array
   * @throws FileException if it is missing or something else
   */
  public List<JsonObject> list(String key) {
    JsonNode value = field(key);
    if (!value.isArray()) {
      throw wrong(key, "an array", value);
    }
    return parts(file, value);
  }

  private JsonNode field(String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw FileException.lacks(file, key);
    }
    return value;
  }

  private FileException wrong(String key, String expected, JsonNode value) {
    return new FileException(file, "%s is %.40s, expected %s".formatted(key, value, expected));
  }
}
