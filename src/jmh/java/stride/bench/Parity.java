package stride.bench;

/** Fails unless numbers are those of the reference, up to rounding. */
final class Parity {
  private Parity() {}

  /**
   * Compares numbers.
   *
   * @param what they are, and of which backend
   * @param actual under test
   * @param expected the reference's
   * @param scale errors are relative to it or to the number itself, whichever is larger
   * @param tolerance the largest error that rounding explains
   */
  static void require(
      String what, float[] actual, float[] expected, double scale, double tolerance) {
    double error = largestError(actual, expected, scale);
    if (!(error <= tolerance)) {
      throw new IllegalStateException(
          "%s are off the reference's by %s, allowed %s".formatted(what, error, tolerance));
    }
  }

  /** NaN where anything is. */
  private static double largestError(float[] actual, float[] expected, double scale) {
    double largest = 0;
    for (int k = 0; k < expected.length; k++) {
      double error = Math.abs(actual[k] - expected[k]);
      largest = Math.max(largest, error / Math.max(scale, Math.abs(expected[k])));
    }
    return largest;
  }
}
