package stride.options;

import static java.util.Locale.ROOT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigInteger;
import java.util.Optional;
import stride.files.JsonException;
import stride.files.JsonText;
import stride.files.WholeNumbers;
import stride.options.DescribedOption.Kind;

/** Values of options in JSON, as users give them. */
public final class OptionJson {
  private OptionJson() {}

  /**
   * The value that an option gets: whole numbers may be written 1e5, and a choice that has two
   * words for them may be true or false.
   *
   * @param option what gets it
   * @param given as a file or a flag has it
   * @return the same in the option's type
   * @throws IllegalArgumentException if the value has another type
   */
  public static JsonNode accept(DescribedOption option, JsonNode given) {
    JsonNode value = canonical(option, given);
    if (!fits(option, value)) {
      throw new IllegalArgumentException(
          option.name() + "=" + value + ", required: " + option.kind().words());
    }
    if (value.isNull()) {
      return value;
    }
    boolean narrow = option.type() == int.class || option.type() == Integer.class;
    if (narrow && !value.canConvertToInt()) {
      throw outOfRange(option, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (option.kind().whole() && !value.canConvertToLong()) {
      throw outOfRange(option, value, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    return value;
  }

  private static JsonNode canonical(DescribedOption option, JsonNode given) {
    if (option.kind().whole()
        && given.isFloatingPointNumber()
        && Double.isFinite(given.doubleValue())) {
      return WholeNumbers.of(given.decimalValue())
          .<JsonNode>map(JsonNodeFactory.instance::numberNode)
          .orElse(given);
    }
    String word = option.truths().get(given.asText().toLowerCase(ROOT));
    return word == null ? given : TextNode.valueOf(word);
  }

  private static boolean fits(DescribedOption option, JsonNode value) {
    return switch (option.kind()) {
      case INTEGER -> value.isIntegralNumber();
      case INTEGER_OR_NULL -> value.isIntegralNumber() || value.isNull();
      case NUMBER -> value.isNumber();
      case NUMBER_OR_NULL -> value.isNumber() || value.isNull();
      case TRUTH -> value.isBoolean();
      case WORD -> value.isTextual();
      case INTEGERS -> integers(value);
      case INTEGERS_OR_NULL -> integers(value) || value.isNull();
      case NUMBERS -> value.isArray() && value.valueStream().allMatch(JsonNode::isNumber);
    };
  }

  private static boolean integers(JsonNode value) {
    return value.isArray() && value.valueStream().allMatch(JsonNode::isInt);
  }

  private static IllegalArgumentException outOfRange(
      DescribedOption option, JsonNode value, long least, long most) {
    return new IllegalArgumentException(
        "%s=%s, required: integer in [%d, %d]".formatted(option.name(), value, least, most));
  }

  /**
   * The value that an option gets from text: a JSON value, words, or numbers with commas.
   *
   * @param option what gets it
   * @param text of the value
   * @return the value in the option's type
   * @throws IllegalArgumentException if the value has another type
   */
  public static JsonNode read(DescribedOption option, String text) {
    Kind kind = option.kind();
    boolean absent = kind == Kind.INTEGERS_OR_NULL && text.equals("null");
    if (kind.several() && !absent && !text.startsWith("[")) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (String part : text.split(",", -1)) {
        list.add(parse(part));
      }
      return accept(option, list);
    }
    return accept(option, kind == Kind.WORD ? TextNode.valueOf(text) : parse(text));
  }

  /** Also numbers and truths as Python has them: 1_000_000, True. */
  private static JsonNode parse(String text) {
    String plain = text.equals("True") || text.equals("False") ? text.toLowerCase(ROOT) : text;
    Optional<BigInteger> whole = WholeNumbers.of(text);
    try {
      return JsonText.parse(whole.map(BigInteger::toString).orElse(plain));
    } catch (JsonException e) {
      return TextNode.valueOf(text);
    }
  }
}
