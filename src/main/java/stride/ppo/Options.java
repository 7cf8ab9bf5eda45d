package stride.ppo;

/** Messages about options that are out of range. */
final class Options {
  private Options() {}

  static void require(String option, Object value, boolean holds, String range) {
    if (!holds) {
      throw new IllegalArgumentException(option + "=" + value + ", required: " + range);
    }
  }
}
