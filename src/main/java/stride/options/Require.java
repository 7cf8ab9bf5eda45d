package stride.options;

import java.util.List;
import java.util.function.Predicate;

/** Messages about options that are out of range. */
public final class Require {
  private Require() {}

  public static void require(String option, Number value, Range range) {
    require(option, value, range.contains(value), range.toString());
  }

  public static void require(String option, Object value, boolean holds, String range) {
    if (!holds) {
      throw new IllegalArgumentException(option + "=" + value + ", required: " + range);
    }
  }

  /** Throws unless all values are in the range; there may be none. */
  public static <T> void all(String option, List<T> values, Predicate<T> holds, String range) {
    values.forEach(value -> require(option, value, holds.test(value), range));
  }

  /** Throws unless there are values, and all are in the range. */
  public static <T> void each(String option, List<T> values, Predicate<T> holds, String range) {
    String several = "one or more, each " + range;
    if (values.isEmpty()) {
      throw new IllegalArgumentException(option + " is empty, required: " + several);
    }
    all(option, values, holds, several);
  }

  /** Throws unless there are values, and all are in the range. */
  public static void each(String option, List<? extends Number> values, Range range) {
    each(option, values, range::contains, range.toString());
  }

  /** Throws unless a whole number is between two others, or one of them. */
  public static void between(String option, int value, int least, int most) {
    require(option, value, isBetween(value, least, most), range(least, most));
  }

  /** Throws unless there are numbers, and all are between two others. */
  public static void eachBetween(String option, List<Integer> values, int least, int most) {
    each(option, values, value -> isBetween(value, least, most), range(least, most));
  }

  private static boolean isBetween(int value, int least, int most) {
    return value >= least && value <= most;
  }

  private static String range(int least, int most) {
    return "in [%d, %d]".formatted(least, most);
  }
}
