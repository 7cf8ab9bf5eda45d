package stride.replay;

/**
 * Powers to more digits than a float has, of double arithmetic alone: the same bits on every
 * machine, interpreted or compiled, several times as fast as {@link StrictMath#pow}.
 */
final class Power {
  private static final long SIGNIFICAND = (1L << 52) - 1;
  private static final long ONE = 1023L << 52;
  private static final double SQRT_2 = 1.4142135623730951;
  private static final double LN_2 = 0.6931471805599453;
  private static final double LOG2_E = 1.4426950408889634;
  private static final double ROUND = 0x1.8p52; // added and taken away, it rounds to whole numbers

  private Power() {}

  /**
   * {@code x^exponent}, to 1e-11 of itself.
   *
   * @param x normal and above 0
   * @param exponent such that the result is a normal number
   */
  static double of(double x, double exponent) {
    return exp(exponent * log(x));
  }

  private static double log(double x) {
    final long bits = Double.doubleToRawLongBits(x);
    double power = (int) (bits >>> 52) - 1023;
    double m = Double.longBitsToDouble((bits & SIGNIFICAND) | ONE); // [1, 2)
    if (m > SQRT_2) {
      m *= 0.5;
      power += 1;
    }
    // 2 artanh(s) by its series: |s| < 0.172
    final double s = (m - 1) / (m + 1);
    final double q = s * s;
    final double series =
        1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q / 13)))));
    return power * LN_2 + 2 * s * series;
  }

  private static double exp(double y) {
    // by the series of e^r: |r| < 0.347
    final double n = y * LOG2_E + ROUND - ROUND;
    final double r = y - n * LN_2;
    final double last = 1.0 / 5040 + r * (1.0 / 40_320 + r * (1.0 / 362_880 + r / 3_628_800));
    final double middle = 1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r * last));
    final double series = 1 + r * (1 + r * (1.0 / 2 + r * (1.0 / 6 + r * middle)));
    return series * Double.longBitsToDouble(((long) n + 1023) << 52);
  }
}
