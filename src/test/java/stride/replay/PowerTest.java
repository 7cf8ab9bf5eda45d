package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Powers against the library's. */
class PowerTest {
  @Test
  void areThoseOfTheLibrary() {
    final RandomStream random = new RandomStream(1, Purpose.BENCHMARK);
    for (int k = 0; k < 100_000; k++) {
      final double x = StrictMath.exp(random.uniform(-14, 88));
      final double exponent = random.uniform(-1, 1);
      final double ratio = Power.of(x, exponent) / StrictMath.pow(x, exponent);
      assertThat(ratio).as("%s^%s", x, exponent).isCloseTo(1, within(1e-11));
    }
  }

  @Test
  void areExactWhereNothingIsToBeDone() {
    for (double x : new double[] {1e-6, 0.3, 1, 1.5, 2, 1e30}) {
      assertThat(Power.of(x, 0)).isEqualTo(1);
      assertThat(Power.of(1, x)).isEqualTo(1);
    }
  }
}
