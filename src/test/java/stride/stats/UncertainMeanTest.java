package stride.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.stat.inference.TTest;
import org.junit.jupiter.api.Test;

class UncertainMeanTest {
  @Test
  void theIntervalIsStudents() {
    UncertainMean mean = UncertainMean.of(new double[] {98, 99, 100, 101, 102});
    assertThat(mean.mean()).isEqualTo(100);
    // t of four degrees of freedom is 2.776, the deviation of the mean the root of 2.5 / 5
    assertThat(mean.margin()).isCloseTo(2.776 * Math.sqrt(0.5), within(1e-3));
    assertThat(mean.interval())
        .isEqualTo(new Interval(100 - mean.margin(), 100 + mean.margin()))
        .isEqualTo(mean.interval(0.95));
    assertThat(mean.interval(0.9).half()).isCloseTo(2.132 * Math.sqrt(0.5), within(1e-3));
  }

  @Test
  void theIntervalIsAPointWhereAllAreEqual() {
    UncertainMean mean = UncertainMean.of(new double[] {7, 7});
    assertThat(mean.hasInterval()).isTrue();
    assertThat(mean.interval()).isEqualTo(new Interval(7, 7));
  }

  @Test
  void aSingleValueHasNoMargin() {
    UncertainMean mean = UncertainMean.of(new double[] {7});
    assertThat(mean.hasInterval()).isFalse();
    assertThat(mean.margin()).isNaN();
    assertThat(mean.interval()).isEqualTo(new Interval(7, 7));
  }

  @Test
  void theDifferenceIsWelchs() {
    double[] a = {1, 2, 4, 8};
    double[] b = {3, 3.5, 3.25};
    UncertainMean difference = UncertainMean.of(a).minus(UncertainMean.of(b));
    assertThat(difference.p()).isCloseTo(new TTest().tTest(a, b), within(1e-12));
    assertThat(difference.pAbove(0) + difference.pBelow(0)).isCloseTo(1, within(1e-12));
  }

  @Test
  void anIntervalBeginsAtItsLowerEnd() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Interval(2, 1))
        .withMessage("interval 2.0 to 1.0, required: its lower end first");
    assertThat(new Interval(0, 2).map(Math::exp)).isEqualTo(new Interval(1, Math.exp(2)));
  }
}
