package stride.cli;

import stride.options.Require;

/** The ranges of times, for help and check alike. */
final class Seconds {
  static final String RANGE = "in (0, 3600]";

  /** That of a time that may be none. */
  static final String WARM_UP = "in [0, 3600]";

  private static final double MOST = 3600;

  private Seconds() {}

  static void require(String option, double seconds) {
    Require.require(option, seconds, seconds > 0 && seconds <= MOST, RANGE);
  }

  static void requireWarmUp(double seconds) {
    Require.require("--warm-up", seconds, seconds >= 0 && seconds <= MOST, WARM_UP);
  }
}
