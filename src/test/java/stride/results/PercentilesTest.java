package stride.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentilesTest {
  @Test
  void areMicroseconds() {
    Histogram nanos = new Histogram(10_000_000, 3);
    for (int micros = 1; micros <= 1000; micros++) {
      nanos.recordValue(micros * 1000L);
    }
    Percentiles percentiles = Percentiles.of(nanos);
    assertThat(percentiles.count()).isEqualTo(1000);
    assertThat(percentiles.p50()).isCloseTo(500, within(1.0)); // three digits
    assertThat(percentiles.p90()).isCloseTo(900, within(1.0));
    assertThat(percentiles.p99()).isCloseTo(990, within(1.0));
    assertThat(percentiles.p999()).isCloseTo(999, within(1.0));
    assertThat(percentiles.max()).isCloseTo(1000, within(1.0));
  }

  @ParameterizedTest
  @CsvSource({
    "9, false, false, false",
    "10, true, false, false",
    "99, true, false, false",
    "100, true, true, false",
    "999, true, true, false",
    "1000, true, true, true"
  })
  void areOfAsManyAsTheyTake(int count, boolean p90, boolean p99, boolean p999) {
    Histogram nanos = new Histogram(10_000_000, 3);
    nanos.recordValueWithCount(5000, count);
    Percentiles percentiles = Percentiles.of(nanos);
    assertThat(percentiles.p90() != null).isEqualTo(p90);
    assertThat(percentiles.p99() != null).isEqualTo(p99);
    assertThat(percentiles.p999() != null).isEqualTo(p999);
  }

  @Test
  void ofNothingAreZero() {
    assertThat(Percentiles.of(new Histogram(1000, 2)))
        .isEqualTo(new Percentiles(0, 0, null, null, null, 0));
  }
}
