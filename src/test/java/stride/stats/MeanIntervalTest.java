package stride.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MeanIntervalTest {
  @Test
  void isStudents() {
    MeanInterval interval = MeanInterval.of(new double[] {98, 99, 100, 101, 102});
    assertThat(interval.mean()).isEqualTo(100);
    // t of four degrees of freedom is 2.776, the deviation of the mean the root of 2.5 / 5
    assertThat(interval.half()).isCloseTo(2.776 * Math.sqrt(0.5), within(1e-3));
    assertThat(interval.ends()).containsExactly(100 - interval.half(), 100 + interval.half());
  }

  @Test
  void isAPointWhereAllAreEqual() {
    assertThat(MeanInterval.of(new double[] {7, 7}).ends()).containsExactly(7.0, 7.0);
  }

  @Test
  void isTheMeanAloneForASingleValue() {
    MeanInterval interval = MeanInterval.of(new double[] {7});
    assertThat(interval.half()).isNaN();
    assertThat(interval.ends()).containsExactly(7.0, 7.0);
  }
}
