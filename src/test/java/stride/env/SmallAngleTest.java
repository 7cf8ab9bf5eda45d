package stride.env;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SmallAngleTest {
  @Test
  void isWithinOneUlpOfStrictMath() {
    double worst = 0;
    for (int k = -300_000; k <= 300_000; k++) {
      double x = k * 1e-6;
      worst = Math.max(worst, ulps(SmallAngle.sin(x), StrictMath.sin(x)));
      worst = Math.max(worst, ulps(SmallAngle.cos(x), StrictMath.cos(x)));
    }
    assertThat(worst).isLessThanOrEqualTo(1);
  }

  private static double ulps(double value, double expected) {
    return Math.abs(value - expected) / Math.ulp(expected);
  }

  @Test
  void keepsWhatIsNoNumber() {
    assertThat(SmallAngle.sin(Double.NaN)).isNaN();
    assertThat(SmallAngle.cos(Double.POSITIVE_INFINITY)).isNaN();
  }
}
