package stride.files;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The one way to and from JSON: components of records in snake_case, nothing read leniently.
 *
 * <p>A record is read whole: each of its components must be there and have a value of its type, or
 * null where it is {@link OrNull}. A number is finite, and no text is taken for one.
 */
public final class JsonText {
  // far above any file of Stride's own: what is longer must not fill the heap
  private static final long LONGEST_FILE = 256L << 20;

  private static final String BYTE_ORDER_MARK = "\ufeff";

  private static final JsonMapper LINE =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final JsonMapper FILE =
      LINE.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final JsonMapper RECORDS =
      LINE.rebuild()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
          .addModule(
              new SimpleModule()
                  .addDeserializer(double.class, new NumberOnly())
                  .addDeserializer(Double.class, new NumberOnly())
                  .addDeserializer(String.class, new TextOnly()))
          .build();
  private static final JsonMapper RECORDS_OF_ANY_VERSION =
      RECORDS.rebuild().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private JsonText() {}

  /**
   * For stdout and logs.
   *
   * @param value a record, map or list
   * @return one line without a line break
   */
  public static String line(Object value) {
    return write(LINE, value);
  }

  /**
   * For files.
   *
   * @param value a record, map or list
   * @return indented, with a closing line break
   */
  public static String file(Object value) {
    return write(FILE, value) + "\n";
  }

  /**
   * A value as it would be read back: numbers have the types of their texts.
   *
   * @param value a record, map or list
   * @return its tree
   */
  public static JsonNode tree(Object value) {
    return parse(line(value));
  }

  private static String write(JsonMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON form: " + value.getClass(), e);
    }
  }

  /**
   * Reads one value.
   *
   * @param text of JSON, and nothing else
   * @return its tree
   * @throws JsonException if it is something else
   */
  public static JsonNode parse(String text) {
    try {
      JsonNode tree = LINE.readTree(text);
      if (tree.isMissingNode()) {
        throw new JsonException("empty", null);
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw JsonException.syntax(e);
    }
  }

  /** A number can be written that no double holds: it would be read as infinite. */
  private static void requireFinite(JsonNode node, String place) {
    if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      throw new JsonException(
          place + (place.isEmpty() ? "" : ": ") + "the number is too large", null);
    }
    for (var property : node.properties()) {
      String key = property.getKey();
      requireFinite(property.getValue(), place.isEmpty() ? key : place + "." + key);
    }
    for (int k = 0; node.isArray() && k < node.size(); k++) {
      requireFinite(node.get(k), place + "[" + k + "]");
    }
  }

  /**
   * Reads a file of any JSON.
   *
   * @param file of text
   * @return its value
   * @throws FileException if the file is missing, or is no JSON
   */
  public static JsonNode read(Path file) {
    return parse(file, "", readText(file));
  }

  /**
   * Reads a file that is an object.
   *
   * @param file of text
   * @return the object
   * @throws FileException if the file is missing, or holds something else
   */
  public static ObjectNode readObject(Path file) {
    return object(file, "", read(file));
  }

  /**
   * Reads a line of a file that was written from a record in each, perhaps by a Stride that writes
   * more.
   *
   * @param <T> what to read
   * @param file that it stands in
   * @param number of the line
   * @param line its text
   * @param version of the record's form
   * @param type of the record
   * @return the record, whole
   * @throws FileException if it holds something else, or is of another version
   */
  public static <T> T readLine(Path file, int number, String line, int version, Class<T> type) {
    return readLine(file, "line " + number + ": ", line, version, type);
  }

  /**
   * The same for the last line, whose number nobody has counted.
   *
   * @param <T> what to read
   * @param file that it stands in
   * @param line its text
   * @param version of the record's form
   * @param type of the record
   * @return the record, whole
   * @throws FileException if it holds something else, or is of another version
   */
  public static <T> T readLast(Path file, String line, int version, Class<T> type) {
    return readLine(file, "last line: ", line, version, type);
  }

  private static <T> T readLine(Path file, String place, String line, int version, Class<T> type) {
    ObjectNode object = object(file, place, parse(file, place, line));
    requireVersion(file, object, version);
    return toRecord(RECORDS_OF_ANY_VERSION, file, place, object, type);
  }

  private static JsonNode parse(Path file, String place, String text) {
    JsonNode tree;
    try {
      tree = parse(text);
    } catch (JsonException e) {
      String where =
          place.isEmpty() ? e.getMessage() : e.getMessage().replaceFirst("^line 1, ", "");
      throw new FileException(file, place + "not JSON, " + where, e);
    }
    try {
      requireFinite(tree, "");
      return tree;
    } catch (JsonException e) {
      throw new FileException(file, place + e.getMessage(), e);
    }
  }

  private static ObjectNode object(Path file, String place, JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      return object;
    }
    throw new FileException(file, place + "not a JSON object");
  }

  /**
   * Reads a file that was written from a record.
   *
   * @param <T> what to read
   * @param file of text
   * @param type of the record
   * @return the record
   * @throws FileException if the file is missing, or lacks a component, or has a field beside them
   */
  public static <T> T read(Path file, Class<T> type) {
    return toRecord(RECORDS, file, "", readObject(file), type);
  }

  /**
   * Makes a record of a part of a file, which may be of a Stride that writes more.
   *
   * @param <T> what to make
   * @param file that the part stands in
   * @param node the part; fields that the record does not have are left out
   * @param type of the record
   * @return the record, whole
   * @throws FileException if a component is missing, or a value has another form
   */
  public static <T> T toRecord(Path file, JsonNode node, Class<T> type) {
    return toRecord(RECORDS_OF_ANY_VERSION, file, "", node, type);
  }

  private static <T> T toRecord(
      JsonMapper mapper, Path file, String place, JsonNode node, Class<T> type) {
    if (!node.isObject()) {
      throw new FileException(file, place + "%.40s, required: an object".formatted(node));
    }
    try {
      return mapper.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw new FileException(file, place + JsonException.binding(e).getMessage(), e);
    } catch (IllegalArgumentException e) { // what the record itself refuses
      throw new FileException(file, place + e.getMessage(), e);
    }
  }

  /**
   * Makes a record of a value that is in no file.
   *
   * @param <T> what to make
   * @param node an object with the record's components
   * @param type of the record
   * @return the record
   * @throws JsonException if a component is missing, or a value has another form
   */
  public static <T> T toRecord(JsonNode node, Class<T> type) {
    try {
      return RECORDS.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw JsonException.binding(e);
    }
  }

  /**
   * Checks the version of a file's form.
   *
   * @param file which
   * @param json what it holds, or a line of it
   * @param version that is known here
   * @throws FileException if it has another version, or none
   */
  public static void requireVersion(Path file, JsonNode json, int version) {
    JsonNode its = json.path("schema_version");
    if (its.isMissingNode()) {
      throw FileException.lacks(file, "schema_version");
    }
    if (!its.isInt() || its.intValue() != version) {
      throw FileException.otherVersion(file, its, version);
    }
  }

  private static String readText(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > LONGEST_FILE) {
        throw new FileException(
            file, "%d bytes, required: at most %d".formatted(bytes, LONGEST_FILE));
      }
      String text = Files.readString(file);
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (IOException e) {
      throw FileException.cannotRead(file, e);
    }
  }

  /**
   * JSON has no word for NaN and the infinities: they become null.
   *
   * @param value any
   * @return null where it is not finite
   */
  public static Double finiteOrNull(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
