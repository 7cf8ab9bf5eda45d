package stride.files;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whole numbers as people write them: {@code 1000}, {@code 1e5}, {@code 1_000_000}. */
public final class WholeNumbers {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d+(_\\d+)*(\\.\\d+)?([eE][+-]?\\d{1,2})?");

  // more digits than any option has are not spelt out
  private static final int LEAST_SCALE = -400;

  private WholeNumbers() {}

  /** The whole number that a text is; empty if it is none. */
  public static Optional<BigInteger> of(String text) {
    return NUMBER.matcher(text).matches()
        ? of(new BigDecimal(text.replace("_", "")))
        : Optional.empty();
  }

  /** The same number, if it is whole. */
  public static Optional<BigInteger> of(BigDecimal number) {
    return number.scale() < LEAST_SCALE || number.stripTrailingZeros().scale() > 0
        ? Optional.empty()
        : Optional.of(number.toBigIntegerExact());
  }
}
