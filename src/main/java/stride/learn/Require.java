package stride.learn;

import static java.util.Locale.ROOT;

import java.util.Arrays;
import java.util.List;

/** Messages about options that are out of range. */
public final class Require {
  private Require() {}

  /** The constant of a name in lower case. */
  public static <E extends Enum<E>> E word(String option, String text, Class<E> type) {
    List<String> words =
        Arrays.stream(type.getEnumConstants()).map(each -> each.name().toLowerCase(ROOT)).toList();
    require(option, text, words.contains(text), "one of " + words);
    return type.getEnumConstants()[words.indexOf(text)];
  }

  public static void require(String option, Number value, Range range) {
    require(option, value, range.contains(value), range.toString());
  }

  public static void require(String option, Object value, boolean holds, String range) {
    if (!holds) {
      throw new IllegalArgumentException(option + "=" + value + ", required: " + range);
    }
  }
}
