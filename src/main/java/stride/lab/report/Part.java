package stride.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import stride.lab.LabException;
import stride.lab.ResultsFolder;
import stride.train.JsonText;

/**
 * An object of a results file. Fields that are asked for must be there, others may be: a later
 * Stride writes more of them under the same version.
 */
record Part(Path file, JsonNode node) {
  /** A file of Stride's own: an object of the version that this Stride knows. */
  static Part of(Path file) {
    return versioned(new Part(file, JsonText.read(file, ObjectNode.class)));
  }

  static Part versioned(Part part) {
    JsonNode version = part.field("schema_version");
    if (!version.isInt() || version.intValue() != ResultsFolder.SCHEMA_VERSION) {
      throw new LabException(
          "%s: schema_version=%s, this Stride reads %d"
              .formatted(part.file(), version, ResultsFolder.SCHEMA_VERSION));
    }
    return part;
  }

  /** A file that is an array: JMH's. */
  static List<Part> array(Path file) {
    JsonNode node = JsonText.read(file, JsonNode.class);
    if (!(node instanceof ArrayNode)) {
      throw new LabException(file + ": not a JSON array");
    }
    return parts(file, node);
  }

  private static List<Part> parts(Path file, JsonNode array) {
    return array.valueStream().map(item -> new Part(file, item)).toList();
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  String text(String key) {
    JsonNode value = field(key);
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** A dash where the value is null. */
  String textOrDash(String key) {
    return has(key) ? text(key) : "-";
  }

  long integer(String key) {
    JsonNode value = field(key);
    if (!value.isIntegralNumber()) {
      throw wrong(key, "a whole number", value);
    }
    return value.longValue();
  }

  int count(String key) {
    long value = integer(key);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw wrong(key, "a count", field(key));
    }
    return (int) value;
  }

  double number(String key) {
    JsonNode value = field(key);
    if (!value.isNumber()) {
      throw wrong(key, "a number", value);
    }
    return value.doubleValue();
  }

  /** Null where nothing was measured. */
  Double numberOrNull(String key) {
    return field(key).isNull() ? null : (Double) number(key);
  }

  /** Null also where a Stride before this one did not measure it. */
  Double numberIfAny(String key) {
    return has(key) ? (Double) number(key) : null;
  }

  /** JMH writes what it could not compute as text. */
  double numberOrNan(String key) {
    return field(key).isNumber() ? number(key) : Double.NaN;
  }

  double[] numbers(String key) {
    JsonNode value = field(key);
    if (!value.isArray() || !value.valueStream().allMatch(JsonNode::isNumber)) {
      throw wrong(key, "an array of numbers", value);
    }
    return value.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
  }

  Part part(String key) {
    JsonNode value = field(key);
    if (!value.isObject()) {
      throw wrong(key, "an object", value);
    }
    return new Part(file, value);
  }

  List<Part> list(String key) {
    JsonNode value = field(key);
    if (!value.isArray()) {
      throw wrong(key, "an array", value);
    }
    return parts(file, value);
  }

  /** None where the field is missing. */
  List<Part> listIfAny(String key) {
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
