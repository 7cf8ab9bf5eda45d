package stride.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.nn.Golden;

class EpsilonScheduleTest {
  @Test
  void linearIsCleanRlsToTheBit() {
    JsonNode golden = Golden.values("schedules").get("linear");
    double start = golden.get("start").doubleValue();
    double end = golden.get("end").doubleValue();
    double duration = golden.get("duration").doubleValue();
    var bySteps = new EpsilonSchedule.Linear(start, end, duration, false);
    var byEpisodes = new EpsilonSchedule.Linear(start, end, duration, true);
    for (int k = 0; k < golden.get("steps").size(); k++) {
      long time = golden.get("steps").get(k).longValue();
      double epsilon = golden.get("epsilon").get(k).doubleValue();
      assertThat(bySteps.at(time, 7)).isEqualTo(epsilon);
      assertThat(byEpisodes.at(7, time)).isEqualTo(epsilon);
    }
  }

  @Test
  void exponentialFallsByAFactorToTheLeast() {
    JsonNode golden = Golden.values("schedules").get("exponential");
    double start = golden.get("start").doubleValue();
    double end = golden.get("end").doubleValue();
    double decay = golden.get("decay").doubleValue();
    var bySteps = new EpsilonSchedule.Exponential(start, end, decay, false);
    var byEpisodes = new EpsilonSchedule.Exponential(start, end, decay, true);
    for (int k = 0; k < golden.get("counts").size(); k++) {
      long count = golden.get("counts").get(k).longValue();
      double epsilon = golden.get("epsilon").get(k).doubleValue();
      // C's pow and Java's may differ in the last bit
      assertThat(bySteps.at(count, 7)).isCloseTo(epsilon, within(1e-15));
      assertThat(byEpisodes.at(7, count)).isEqualTo(bySteps.at(count, 7));
    }
  }

  @Test
  void aWayOfNoLengthBeginsAtItsEnd() {
    assertThat(new EpsilonSchedule.Linear(1, 0.05, 0, false).at(0, 0)).isEqualTo(0.05);
  }

  @Test
  void optionsSayWhichSchedule() {
    assertThat(options("linear", "steps").schedule(500_000))
        .isEqualTo(new EpsilonSchedule.Linear(1, 0.05, 250_000, false));
    assertThat(options("linear", "episodes").schedule(500_000))
        .isEqualTo(new EpsilonSchedule.Linear(1, 0.05, 300, true));
    assertThat(options("exponential", "steps").schedule(500_000))
        .isEqualTo(new EpsilonSchedule.Exponential(1, 0.05, 0.995, false));
    assertThat(options("exponential", "episodes").schedule(500_000))
        .isEqualTo(new EpsilonSchedule.Exponential(1, 0.05, 0.995, true));
  }

  private static EpsilonOptions options(String form, String clock) {
    return new EpsilonOptions(1, 0.05, 0.5, form, clock, 0.995, 300);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.5 | 0.05 | 0.5 | linear | steps    | 0.9 | 9  | start_e=1.5, required: in [0, 1]
          1   | NaN  | 0.5 | linear | steps    | 0.9 | 9  | end_e=NaN, required: in [0, 1]
          0.1 | 0.2  | 0.5 | linear | steps    | 0.9 | 9  | end_e=0.2, required: <= start_e=0.1
          1   | 0.05 | -1  | linear | steps    | 0.9 | 9  | exploration_fraction=-1.0, required: in [0, 1]
          1   | 0.05 | 0.5 | cosine | steps    | 0.9 | 9  | epsilon_schedule=cosine, required: one of [linear, exponential]
          1   | 0.05 | 0.5 | linear | days     | 0.9 | 9  | epsilon_by=days, required: one of [steps, episodes]
          1   | 0.05 | 0.5 | linear | steps    | 1.1 | 9  | epsilon_decay=1.1, required: in [0, 1]
          1   | 0.05 | 0.5 | linear | episodes | 0.9 | -1 | exploration_episodes=-1, required: finite, >= 0
          """)
  void impossibleOptionsAreNamed(
      double start,
      double end,
      double fraction,
      String form,
      String clock,
      double decay,
      long episodes,
      String message) {
    var options = new EpsilonOptions(start, end, fraction, form, clock, decay, episodes);
    assertThatThrownBy(() -> options.schedule(1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
