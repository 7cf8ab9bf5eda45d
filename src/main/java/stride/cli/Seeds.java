package stride.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Which seeds to train: reads {@code 20}, {@code 101..120} and {@code auto}.
 *
 * @param first of them
 * @param count how many; 0 to find out
 */
record Seeds(long first, int count) {
  static final int MOST = 10_000;

  /** For help. */
  static final String RANGE = "a number or a range such as 101..120, at most " + MOST + " seeds";

  /** Where the command can find out by itself. */
  static final String RANGE_WITH_AUTO =
      "a number, a range such as 101..120, or auto; 1 to " + MOST + " seeds";

  private static final Seeds AUTO = new Seeds(1, 0);
  private static final Pattern FROM_TO = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");

  boolean auto() {
    return count == 0;
  }

  /** Those of a command that does not find out by itself how many it takes. */
  List<Long> given(int least) {
    if (auto() || count < least) {
      throw new IllegalArgumentException(
          "--seeds=%s, required: %d or more, as a number or a range such as 101..120"
              .formatted(auto() ? "auto" : count, least));
    }
    return list();
  }

  List<Long> list() {
    return LongStream.range(first, first + count).boxed().toList();
  }

  /** Of the option. */
  static final class Converter implements ITypeConverter<Seeds> {
    @Override
    public Seeds convert(String text) {
      if (text.equals("auto")) {
        return AUTO;
      }
      Matcher range = FROM_TO.matcher(text);
      long first = 1;
      long last = -1;
      if (range.matches()) {
        first = Long.parseLong(range.group(1));
        last = Long.parseLong(range.group(2));
      } else if (text.matches("\\d{1,18}")) {
        last = Long.parseLong(text);
      }
      if (last < first || last - first >= MOST) {
        throw new TypeConversionException(text + ", required: " + RANGE_WITH_AUTO);
      }
      return new Seeds(first, (int) (last - first + 1));
    }
  }
}
