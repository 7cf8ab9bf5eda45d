package stride.results;

import java.util.Locale;
import stride.stats.UncertainMean;

/** How numbers are written in tables: with a decimal point, whatever the language. */
public final class Figures {
  private Figures() {}

  /**
   * Env steps per second and other large numbers.
   *
   * @param value null for none
   * @return without decimals, with separators of thousands; - for null
   */
  public static String whole(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%,.0f", value);
  }

  /**
   * A fraction in percent.
   *
   * @param fraction 0.5 for 50 %; null for none
   * @return with one decimal; - for null
   */
  public static String percent(Double fraction) {
    return fraction == null ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  /**
   * A fraction in whole percent.
   *
   * @param fraction 0.5 for 50 %
   */
  public static String wholePercent(double fraction) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * fraction);
  }

  /** A large number in thousands, for example {@code 41.8k}. */
  public static String thousands(double value) {
    return String.format(Locale.ROOT, "%.1fk", value / 1000);
  }

  /** A size in whole megabytes; - for null. */
  public static String megabytes(Double bytes) {
    return bytes == null ? "-" : whole(bytes / 1e6) + " MB";
  }

  /** A time with one decimal; - for null. */
  public static String seconds(Double seconds) {
    return seconds == null ? "-" : fixed(seconds, 1) + " s";
  }

  /** A short time in whole microseconds; - for null. */
  public static String microseconds(Double microseconds) {
    return microseconds == null ? "-" : whole(microseconds) + " us";
  }

  /**
   * A number with so many decimals.
   *
   * @param value null for none
   * @param digits decimals
   * @return - for null
   */
  public static String fixed(Double value, int digits) {
    return value == null ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /**
   * A number of any size, to some digits.
   *
   * @param value the number
   * @param digits that count
   * @return with separators of thousands; - for what is not finite
   */
  public static String significant(double value, int digits) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    int decimals =
        size == 0 ? 0 : Math.clamp(digits - 1 - (int) Math.floor(Math.log10(size)), 0, 12);
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /**
   * A mean with half of its interval, where there is one.
   *
   * @param mean of a sample
   * @param digits decimals
   * @return for example {@code 2150.0 ± 158.0}
   */
  public static String mean(UncertainMean mean, int digits) {
    String text = fixed(mean.mean(), digits);
    return mean.hasInterval() ? text + " ± " + fixed(mean.margin(), digits) : text;
  }

  /**
   * A count and its noun.
   *
   * @param count how many
   * @param noun in the singular
   * @return for example {@code 2 threads}
   */
  public static String plural(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }
}
