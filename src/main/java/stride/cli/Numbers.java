package stride.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whole numbers as people write them: {@code 1000}, {@code 1e5}, {@code 1_000_000}. */
final class Numbers {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d+(_\\d+)*(\\.\\d+)?([eE][+-]?\\d{1,2})?");

  private Numbers() {}

  /** Makes all whole-numbered options of a command line and its commands take them. */
  static void register(CommandLine commandLine) {
    ITypeConverter<Integer> toInt =
        text -> whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE).intValueExact();
    ITypeConverter<Long> toLong =
        text -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE).longValueExact();
    commandLine.registerConverter(int.class, toInt);
    commandLine.registerConverter(Integer.class, toInt);
    commandLine.registerConverter(long.class, toLong);
    commandLine.registerConverter(Long.class, toLong);
  }

  private static BigInteger whole(String text, long least, long most) {
    return integer(text)
        .filter(n -> n.compareTo(BigInteger.valueOf(least)) >= 0)
        .filter(n -> n.compareTo(BigInteger.valueOf(most)) <= 0)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "%s, required: an integer in [%d, %d]".formatted(text, least, most)));
  }

  /** The whole number that a text is; empty if it is none. */
  static Optional<BigInteger> integer(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return Optional.empty();
    }
    return integer(new BigDecimal(text.replace("_", "")));
  }

  /** The same number, if it is whole. */
  static Optional<BigInteger> integer(BigDecimal number) {
    // more digits than any option has are not spelt out
    if (number.scale() < -400 || number.stripTrailingZeros().scale() > 0) {
      return Optional.empty();
    }
    return Optional.of(number.toBigIntegerExact());
  }
}
