package stride.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import stride.train.JsonText;
import stride.train.TrainException;

/**
 * An object of a results file, and the one way to read those. Fields that are asked for must be
 * there, others may be: a later Stride writes more of them under the same version, and what an
 * earlier one did not write yet is asked for by {@code ...IfAny}.
 *
 * @param file that it stands in, for messages
 * @param node the object
 */
public record Part(Path file, JsonNode node) {
  /**
   * Reads a file of Stride's own.
   *
   * @param file of JSON
   * @return its object, of the version that this Stride knows
   * @throws LabException if it is of another version
   * @throws TrainException if it cannot be read or is no object
   */
  public static Part of(Path file) {
    return new Part(file, JsonText.read(file, ObjectNode.class)).versioned();
  }

  /**
   * Reads a file that is an array: JMH's, which have no version of ours.
   *
   * @param file of JSON
   * @return its objects
   * @throws LabException if it is something else
   * @throws TrainException if it cannot be read or is no JSON
   */
  public static List<Part> array(Path file) {
    JsonNode node = JsonText.read(file, JsonNode.class);
    if (!(node instanceof ArrayNode)) {
      throw new LabException(file + ": not a JSON array");
    }
    return parts(file, node);
  }

  private static List<Part> parts(Path file, JsonNode array) {
    return array.valueStream().map(item -> new Part(file, item)).toList();
  }

  /**
   * Checks the version.
   *
   * @return this
   * @throws LabException if it is missing or another
   */
  public Part versioned() {
    JsonNode version = field("schema_version");
    if (!version.isInt() || version.intValue() != ResultsFolder.SCHEMA_VERSION) {
      throw new LabException(
          "%s: schema_version=%s, this Stride reads %d"
              .formatted(file, version, ResultsFolder.SCHEMA_VERSION));
    }
    return this;
  }

  /**
   * The object as what Stride wrote it from.
   *
   * @param <T> a record
   * @param type of it
   * @return with all its components, those of objects within it too; fields beside them are left
   *     out
   * @throws TrainException if a component is missing or of another form
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
   * @throws LabException if it is missing
   */
  public String text(String key) {
    JsonNode value = field(key);
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /**
   * A whole number.
   *
   * @param key name of a field
   * @return its value
   * @throws LabException if it is missing or something else
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
   * @throws LabException if it is missing or something else
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
   * @throws LabException if it is missing or something else
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
   * @throws LabException if it is missing or something else
   */
  public Double numberOrNull(String key) {
    return field(key).isNull() ? null : (Double) number(key);
  }

  /**
   * A number that a Stride before this one did not measure.
   *
   * @param key name of a field
   * @return null also where it is missing
   * @throws LabException if it is something else
   */
  public Double numberIfAny(String key) {
    return has(key) ? (Double) number(key) : null;
  }

  /**
   * A number of JMH's, which writes as text what it could not compute.
   *
   * @param key name of a field
   * @return NaN for anything but a number
   * @throws LabException if it is missing
   */
  public double numberOrNan(String key) {
    return field(key).isNumber() ? number(key) : Double.NaN;
  }

  /**
   * Numbers.
   *
   * @param key name of a field
   * @return of an array
   * @throws LabException if it is missing or something else
   */
  public double[] numbers(String key) {
    JsonNode value = field(key);
    if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isNumber)) {
      throw wrong(key, "an array of numbers", value);
    }
    return value.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
  }

  /**
   * An interval that a Stride before this one did not measure.
   *
   * @param key name of a field
   * @return its lower and upper end; null for null, and where it is missing
   * @throws LabException if it is something else
   */
  public double[] intervalIfAny(String key) {
    if (!has(key)) {
      return null;
    }
    double[] ends = numbers(key);
    if (ends.length != 2 || ends[0] > ends[1]) {
      throw wrong(key, "a lower and an upper end", field(key));
    }
    return ends;
  }

  /**
   * An object.
   *
   * @param key name of a field
   * @return it
   * @throws LabException if it is missing or something else
   */
  public Part part(String key) {
    JsonNode value = field(key);
    if (!value.isObject()) {
      throw wrong(key, "an object", value);
    }
    return new Part(file, value);
  }

  /**
   * Objects.
   *
   * @param key name of a field
   * @return of an array
   * @throws LabException if it is missing or something else
   */
  public List<Part> list(String key) {
    JsonNode value = field(key);
    if (!value.isArray()) {
      throw wrong(key, "an array", value);
    }
    return parts(file, value);
  }

  /**
   * Objects that a Stride before this one did not write.
   *
   * @param key name of a field
   * @return none where it is missing
   * @throws LabException if it is something else
   */
  public List<Part> listIfAny(String key) {
    return has(key) ? list(key) : List.of();
  }

  private JsonNode field(String key) {
    JsonNode value = node.get(key);
    if (value == null) {
      throw new LabException(file + " has no \"" + key + "\"");
    }
    return value;
  }

  private LabException wrong(String key, String expected, JsonNode value) {
    return new LabException("%s: %s is %.40s, expected %s".formatted(file, key, value, expected));
  }
}
