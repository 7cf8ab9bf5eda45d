package stride.cli;

import java.math.BigInteger;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import stride.files.WholeNumbers;
import stride.train.Cadence;

/** Makes commands take whole numbers as {@link WholeNumbers} reads them, and cadences of them. */
final class Numbers {
  private Numbers() {}

  /** Makes all such options of a command line and its commands take them. */
  static void register(CommandLine commandLine) {
    ITypeConverter<Integer> toInt =
        text -> whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE).intValueExact();
    ITypeConverter<Long> toLong =
        text -> whole(text, Long.MIN_VALUE, Long.MAX_VALUE).longValueExact();
    commandLine.registerConverter(int.class, toInt);
    commandLine.registerConverter(Integer.class, toInt);
    commandLine.registerConverter(long.class, toLong);
    commandLine.registerConverter(Long.class, toLong);
    commandLine.registerConverter(Cadence.class, Numbers::cadence);
  }

  private static Cadence cadence(String text) {
    try {
      return Cadence.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  private static BigInteger whole(String text, long least, long most) {
    return WholeNumbers.of(text)
        .filter(n -> n.compareTo(BigInteger.valueOf(least)) >= 0)
        .filter(n -> n.compareTo(BigInteger.valueOf(most)) <= 0)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "%s, required: an integer in [%d, %d]".formatted(text, least, most)));
  }
}
