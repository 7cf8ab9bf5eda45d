package stride.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;

/** Takes numbers for numbers; texts such as "NaN" are none. */
final class NumberOnly extends StdScalarDeserializer<Double> {
  private static final long serialVersionUID = 1L;

  NumberOnly() {
    super(Double.class);
  }

  @Override
  public Double deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    return parser.currentToken().isNumeric()
        ? (Double) parser.getDoubleValue()
        : (Double) context.handleUnexpectedToken(Double.class, parser);
  }
}
