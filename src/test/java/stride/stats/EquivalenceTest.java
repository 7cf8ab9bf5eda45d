package stride.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EquivalenceTest {
  @Test
  void theSizeIsTheLeast() {
    int size = Equivalence.sampleSize(160 * 160, 160 * 160, 100).orElseThrow();
    assertThat(size).isBetween(44, 46); // a spread of 16 % and a margin of 10 %
    assertThat(Equivalence.power(size, 160 * 160, 160 * 160, 100)).isGreaterThanOrEqualTo(0.8);
    assertThat(Equivalence.power(size - 1, 160 * 160, 160 * 160, 100)).isLessThan(0.8);
  }

  @Test
  void twoValuesAreEnoughWithoutSpreadAndNoNumberIsWithoutMargin() {
    assertThat(Equivalence.sampleSize(0, 0, 100)).hasValue(2);
    assertThat(Equivalence.sampleSize(1, 1, 0)).isEmpty();
    assertThat(Equivalence.sampleSize(1e12, 1e12, 1e-3)).isEmpty();
    assertThat(Equivalence.power(2, 1e6, 0, 1)).isCloseTo(0, within(1e-12));
  }

  @Test
  void theTestIsThatOfTheInterval() {
    UncertainMean difference =
        UncertainMean.of(new double[] {1, 2, 3, 4}).minus(UncertainMean.of(new double[] {2, 3, 5}));
    Interval interval = difference.interval(Equivalence.CONFIDENCE);
    double margin = Math.max(Math.abs(interval.low()), Math.abs(interval.high()));
    assertThat(Equivalence.p(difference, margin)).isCloseTo(0.05, within(1e-9));
    assertThat(Equivalence.p(difference, 2 * margin)).isLessThan(0.05);
    assertThat(Equivalence.p(difference, margin / 2)).isGreaterThan(0.05);
  }
}
