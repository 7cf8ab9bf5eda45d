package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stride.learn.Splits;

class PaceTest {
  private static final long MILLISECOND = 1_000_000;

  private static Pace pace(long... milliseconds) {
    Pace pace = new Pace(100, 5);
    long now = 5;
    for (long duration : milliseconds) {
      now += duration * MILLISECOND;
      pace.iteration(now, Splits.of(MILLISECOND, 0, 0));
    }
    return pace;
  }

  @Test
  void countsFromTheThirdIteration() {
    assertThat(pace(900, 500, 10, 30).rate()).isCloseTo(200 / 0.04, within(1e-6));
    assertThat(pace(20, 30).rate()).isCloseTo(200 / 0.05, within(1e-6));
    assertThat(pace().rate()).isNaN();
  }

  @Test
  void theSteadyRateIsTheMedianOfTheLastHalf() {
    assertThat(pace(900, 500, 90, 10, 1000, 30).steadyRate()).isCloseTo(100 / 0.03, within(1e-6));
    assertThat(pace(900, 500, 10, 30).steadyRate()).isCloseTo(100 / 0.02, within(1e-6));
    assertThat(pace(50).steadyRate()).isCloseTo(100 / 0.05, within(1e-6));
    assertThat(pace().steadyRate()).isNaN();
  }

  @Test
  void growsWithTheSitting() {
    long[] many = new long[5000];
    Arrays.fill(many, 2);
    Pace pace = pace(many);
    assertThat(pace.rate()).isCloseTo(100 / 0.002, within(1e-6));
    pace.end(5 + 10_001 * MILLISECOND);
    Map<String, Double> seconds = pace.stageSeconds();
    assertThat(seconds.values().stream().mapToDouble(Double::doubleValue).sum())
        .isCloseTo(10.001, within(1e-6));
    assertThat(seconds.get("rollout")).isCloseTo(5, within(1e-6));
  }
}
