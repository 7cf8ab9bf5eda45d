package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.train.Cadence.EverySeconds;
import stride.train.Cadence.EverySteps;

class CadenceTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "163840, 163840", "1_000, 1000", "2e6, 2000000"})
  void numbersAreEnvSteps(String text, long envSteps) {
    assertThat(Cadence.parse(text)).isEqualTo(new EverySteps(envSteps));
  }

  @ParameterizedTest
  @CsvSource({"1s, 1", "90s, 90", "86400s, 86400", "1e3s, 1000"})
  void numbersWithTheSuffixAreSeconds(String text, long seconds) {
    assertThat(Cadence.parse(text)).isEqualTo(new EverySeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "s", "0", "-5", "1.5", "often", "0s", "0.5s", "86401s", "5 s", "5S", "5m", "1e19"
      })
  void refusesAllElse(String text) {
    assertThatThrownBy(() -> Cadence.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            text + ", required: env steps >= 1, or seconds in [1, 86400] with the suffix s");
  }

  @Test
  void envStepsAreRoundedUpToIterationsWhateverTheTime() {
    Cadence cadence = new EverySteps(513); // two iterations and a step
    assertThat(LongStream.rangeClosed(1, 9).filter(k -> cadence.isDue(k, 256, Long.MAX_VALUE)))
        .containsExactly(3L, 6L, 9L);
    assertThat(new EverySteps(1).isDue(7, 256, 0)).isTrue();
  }

  @Test
  void secondsAreThoseSinceTheLastTime() {
    Cadence cadence = new EverySeconds(2);
    long two = TimeUnit.SECONDS.toNanos(2);
    assertThat(cadence.isDue(1, 256, two - 1)).isFalse();
    assertThat(cadence.isDue(1, 256, two)).isTrue();
  }
}
