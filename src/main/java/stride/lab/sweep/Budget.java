package stride.lab.sweep;

import java.math.BigDecimal;
import stride.files.OrNull;

/**
 * How much a search may do: one of two.
 *
 * @param runs env steps, in trainings of the full length; null for minutes
 * @param minutes of wall time, of all sittings; null for runs
 */
public record Budget(@OrNull Double runs, @OrNull Double minutes) {
  private static final double ROUNDING = 1e-9;

  String words() {
    return isTimed()
        ? "%s minutes".formatted(plain(minutes))
        : "%s runs of the full length".formatted(plain(runs));
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  boolean isTimed() {
    return minutes != null;
  }

  /**
   * Whether more may be done.
   *
   * @param more in trainings of the full length
   * @param done likewise
   * @param seconds that it took
   */
  boolean allows(double more, double done, double seconds) {
    if (!isTimed()) {
      return done + more <= runs + ROUNDING;
    }
    // nobody knows the pace before the first ones
    return done == 0 || seconds + seconds / done * more <= 60 * minutes;
  }
}
