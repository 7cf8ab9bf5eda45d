package stride.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The JSON of a run's files: components of records in snake_case, nothing read leniently. */
final class JsonText {
  private static final JsonMapper LINE =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final JsonMapper FILE =
      LINE.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonText() {}

  static String line(Object value) {
    return write(LINE, value);
  }

  static String file(Object value) {
    return write(FILE, value) + "\n";
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

  /** JSON has no word for NaN and the infinities: they become null. */
  static Double finiteOrNull(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
