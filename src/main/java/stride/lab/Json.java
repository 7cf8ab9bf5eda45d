package stride.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The one way to and from JSON: records, their components in snake_case. */
public final class Json {
  private static final JsonMapper LINE =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
  private static final JsonMapper FILE =
      LINE.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  /**
   * For stdout.
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

  private static String write(JsonMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON form: " + value.getClass(), e);
    }
  }

  /**
   * Reads a file.
   *
   * @param <T> what to read
   * @param path of the file
   * @param type of the value
   * @return the value
   * @throws LabException if the file is missing or has another form
   */
  public static <T> T read(Path path, Class<T> type) {
    try {
      return LINE.readValue(Files.readString(path), type);
    } catch (JsonProcessingException e) {
      throw new LabException(path + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new LabException("cannot read " + path + ": " + e.getClass().getSimpleName(), e);
    }
  }
}
