package stride.train;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The one way to and from JSON: components of records in snake_case, nothing read leniently. */
public final class JsonText {
  private static final JsonMapper LINE =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final JsonMapper FILE =
      LINE.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final JsonMapper WHOLE_RECORDS =
      LINE.rebuild()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

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
    try {
      return parse(line(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON form: " + value.getClass(), e);
    }
  }

  private static String write(JsonMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON form: " + value.getClass(), e);
    }
  }

  static JsonNode parse(String text) throws JsonProcessingException {
    return LINE.readTree(text);
  }

  static <T> T parse(String text, Class<T> type) throws JsonProcessingException {
    return LINE.readValue(text, type);
  }

  /**
   * Reads a file.
   *
   * @param <T> what to read
   * @param file of text
   * @param type of the value; anything but {@link JsonNode} asks for an object
   * @return the value
   * @throws TrainException if the file is missing or has another form
   */
  public static <T> T read(Path file, Class<T> type) {
    String text = readText(file);
    try {
      if (!parse(text).isObject() && type != JsonNode.class) {
        throw new TrainException(file + ": not a JSON object");
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new TrainException(
          "%s: not JSON, line %d, column %d: %s"
              .formatted(file, at.getLineNr(), at.getColumnNr(), reason(e)),
          e);
    }
    try {
      return parse(text, type);
    } catch (JsonProcessingException e) {
      throw new TrainException(file + ": " + reason(e), e);
    }
  }

  /**
   * Makes a record of a part of a file.
   *
   * @param <T> what to make
   * @param file that the part stands in
   * @param node the part; fields that the record does not have are left out
   * @param type of the record
   * @return the record, whole
   * @throws TrainException if a component is missing, or a value has another form
   */
  public static <T> T toRecord(Path file, JsonNode node, Class<T> type) {
    try {
      return WHOLE_RECORDS.treeToValue(node, type);
    } catch (JsonMappingException e) {
      String where =
          e.getPath().stream()
              .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
              .collect(Collectors.joining("."));
      throw new TrainException(
          "%s: %s%s".formatted(file, where.isEmpty() ? "" : where + ": ", reason(e)), e);
    } catch (JsonProcessingException e) {
      throw new TrainException(file + ": " + reason(e), e);
    }
  }

  private static String readText(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new TrainException(file + ": not text in UTF-8", e);
    } catch (NoSuchFileException e) {
      throw new TrainException(file + " does not exist", e);
    } catch (IOException e) {
      throw new TrainException("cannot read " + file + ": " + TrainException.reason(e), e);
    }
  }

  /** Without the brackets, which tell of classes and settings. */
  private static String reason(JsonProcessingException e) {
    String line = e.getOriginalMessage().lines().findFirst().orElse("");
    return line.replaceFirst("[:;]? \\(.*", "");
  }

  /** JSON has no word for NaN and the infinities: they become null. */
  static Double finiteOrNull(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
