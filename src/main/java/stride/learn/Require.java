package stride.learn;

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
}
