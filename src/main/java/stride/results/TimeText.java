package stride.results;

import java.util.Locale;

/** Times in tables, each in the unit that fits it. */
public final class TimeText {
  private TimeText() {}

  /**
   * A time with its unit.
   *
   * @param micros microseconds; null for one that was not measured
   * @return three or more digits and ns, µs, ms or s; a dash for null
   */
  public static String ofMicros(Double micros) {
    if (micros == null) {
      return "-";
    }
    if (micros < 1) {
      return text(micros * 1e3, "ns");
    }
    if (micros < 1e3) {
      return text(micros, "µs");
    }
    return micros < 1e6 ? text(micros * 1e-3, "ms") : text(micros * 1e-6, "s");
  }

  private static String text(double value, String unit) {
    int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + digits + "f %s", value, unit);
  }
}
