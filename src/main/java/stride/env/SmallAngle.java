package stride.env;

/**
 * Sine and cosine of small angles by their Taylor series.
 *
 * <p>Those of Math differ from machine to machine, those of StrictMath allocate. Up to {@link
 * #LIMIT} the first neglected term is below 1e-21, so that only rounding is left, at most 1 ulp.
 */
final class SmallAngle {
  /** Larger angles are left to StrictMath. */
  static final double LIMIT = 0.25; // rad

  private SmallAngle() {}

  static double sin(double x) {
    if (!(Math.abs(x) <= LIMIT)) {
      return StrictMath.sin(x);
    }
    final double z = x * x;
    double sum = 1.0 / 6227020800.0; // 1 / 13!
    sum = sum * z - 1.0 / 39916800.0;
    sum = sum * z + 1.0 / 362880.0;
    sum = sum * z - 1.0 / 5040.0;
    sum = sum * z + 1.0 / 120.0;
    sum = sum * z - 1.0 / 6.0;
    return x + x * z * sum;
  }

  static double cos(double x) {
    if (!(Math.abs(x) <= LIMIT)) {
      return StrictMath.cos(x);
    }
    final double z = x * x;
    double sum = -1.0 / 87178291200.0; // 1 / 14!
    sum = sum * z + 1.0 / 479001600.0;
    sum = sum * z - 1.0 / 3628800.0;
    sum = sum * z + 1.0 / 40320.0;
    sum = sum * z - 1.0 / 720.0;
    sum = sum * z + 1.0 / 24.0;
    return 1 - (0.5 * z - z * z * sum);
  }
}
