package stride.files;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A text is no JSON, or not that of a value that was asked for; the message says where and why. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  // what the parser says, and what it means; in its words there are classes and settings
  private static final List<Map.Entry<Pattern, String>> SYNTAX =
      List.of(
          meaning("Unexpected end-of-input", "it ends in the middle of a value"),
          meaning("Duplicate field '(.*)'", "\"$1\" is there twice"),
          meaning("Non-standard token '(.*?)'", "$1 is no number in JSON"),
          meaning(".*maybe a \\(non-standard\\) comment.*", "JSON has no comments"),
          meaning("Unrecognized token '(.*?)'", "the word $1 without quotes"),
          meaning("Trailing token.*", "more text after the value"),
          meaning("Unexpected character.*(numeric value|[Dd]ecimal point).*", "a malformed number"),
          meaning("Unexpected character \\('(.)'", "an unexpected $1"),
          meaning("Unexpected close marker '(.)'", "an unexpected $1"),
          meaning("Illegal.*CTRL-CHAR, code (\\d+).*", "a control character of code $1"),
          meaning("Invalid numeric value.*", "a malformed number"),
          meaning("Unrecognized character escape.*", "an unknown escape after a backslash"),
          meaning("Document nesting depth.*maximum allowed \\((\\d+).*", "nested deeper than $1"),
          meaning("Number value length.*maximum allowed \\((\\d+).*", "a number of over $1 digits"),
          meaning("(String|Name).*maximum allowed \\((\\d+).*", "a text of over $2 characters"));

  JsonException(String message, Throwable cause) {
    super(message, cause);
  }

  private static Map.Entry<Pattern, String> meaning(String said, String meant) {
    return Map.entry(Pattern.compile(said, Pattern.DOTALL), meant);
  }

  /** What a parser threw. */
  static JsonException syntax(JsonProcessingException e) {
    JsonLocation at = e.getLocation(); // null of some
    String where =
        at == null ? "" : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
    return new JsonException(where + meant(e), e);
  }

  private static String meant(JsonProcessingException e) {
    String said = e.getOriginalMessage();
    for (var entry : SYNTAX) {
      Matcher matcher = entry.getKey().matcher(said);
      if (matcher.lookingAt()) {
        return expanded(matcher, entry.getValue());
      }
    }
    return e instanceof StreamConstraintsException ? "too large" : "malformed";
  }

  private static String expanded(Matcher matcher, String meant) {
    String text = meant;
    for (int group = 1; group <= matcher.groupCount(); group++) {
      text = text.replace("$" + group, String.valueOf(matcher.group(group)));
    }
    return text;
  }

  /** What was thrown while a record was made of a tree. */
  static JsonException binding(JsonProcessingException e) {
    String place = e instanceof JsonMappingException mapping ? place(mapping) : "";
    String prefix = place.isEmpty() ? "" : place + ": ";
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          new JsonException("unknown field %s, there are %s".formatted(place, known(unknown)), e);
      case InvalidNullException _ -> new JsonException(prefix + "null, required: a value", e);
      case InvalidFormatException wrong ->
          new JsonException(
              "%s%.40s, required: %s"
                  .formatted(prefix, wrong.getValue(), form(wrong.getTargetType())),
              e);
      case MismatchedInputException mismatch when isMissing(mismatch) ->
          new JsonException(place + " is missing", e);
      case MismatchedInputException mismatch ->
          new JsonException(prefix + "required: " + form(mismatch.getTargetType()), e);
      default -> new JsonException(prefix + refused(e), e);
    };
  }

  private static String known(UnrecognizedPropertyException e) {
    return e.getKnownPropertyIds().stream()
        .map(String::valueOf)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static boolean isMissing(MismatchedInputException e) {
    return e.getOriginalMessage().startsWith("Missing creator property");
  }

  /** A number that its type cannot hold, or what the record's own check says. */
  private static String refused(JsonProcessingException e) {
    return switch (e.getCause()) {
      case InputCoercionException number -> "required: " + form(number.getTargetType());
      case IllegalArgumentException own -> String.valueOf(own.getMessage());
      case null, default -> "malformed";
    };
  }

  /** For example {@code rows[2].origin.commit}. */
  private static String place(JsonMappingException e) {
    var place = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        place.append('[').append(step.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return place.toString();
  }

  private static String form(Class<?> type) {
    if (type == null) {
      return "another form";
    }
    if (type == int.class || type == Integer.class) {
      return "an integer in [%d, %d]".formatted(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == long.class || type == Long.class) {
      return "an integer in [%d, %d]".formatted(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "text";
    }
    if (type.isEnum()) {
      return "one of "
          + Stream.of(type.getEnumConstants())
              .map(word -> TextNode.valueOf(word.toString()).toString())
              .collect(Collectors.joining(", "));
    }
    return Iterable.class.isAssignableFrom(type) ? "an array" : "an object";
  }
}
