package stride.lab.report;

import java.util.Locale;
import stride.lab.MeanInterval;

/** How numbers are written in tables: with a decimal point, whatever the language. */
final class Figures {
  private Figures() {}

  /** Env steps per second and other large numbers. */
  static String whole(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%,.0f", value);
  }

  static String percent(Double fraction) {
    return fraction == null ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  static String fixed(Double value, int digits) {
    return value == null ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Of any size, to some digits. */
  static String significant(double value, int digits) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    int decimals =
        size == 0 ? 0 : Math.clamp(digits - 1 - (int) Math.floor(Math.log10(size)), 0, 12);
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /** With half of its interval, where there is one. */
  static String mean(MeanInterval interval) {
    String text = fixed(interval.mean(), 1);
    return Double.isNaN(interval.half()) ? text : text + " ± " + fixed(interval.half(), 1);
  }

  static String plural(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }
}
