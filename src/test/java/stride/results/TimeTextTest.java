package stride.results;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.00 ns",
    "0.25, 250 ns",
    "1, 1.00 µs",
    "41.86, 41.9 µs",
    "999, 999 µs",
    "1000, 1.00 ms",
    "123456, 123 ms",
    "1e6, 1.00 s",
    "2.5e8, 250 s"
  })
  void hasTheUnitThatFits(double micros, String text) {
    assertThat(TimeText.ofMicros(micros)).isEqualTo(text);
  }

  @Test
  void whatWasNotMeasuredIsADash() {
    assertThat(TimeText.ofMicros(null)).isEqualTo("-");
  }
}
