package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.env.Task;
import stride.env.Tasks;
import stride.lab.verify.ReturnsComparison;
import stride.lab.verify.Verdict;

/**
 * What {@link PlantedDefectsTest} shows on easy tasks, on tasks that take many minutes: {@code make
 * test-long} runs it, and no other target does.
 */
@Tag("long")
class PlantedDefectsLongTest {
  private static final long FIRST = 1;
  private static final int EPISODES = 20;

  @ParameterizedTest
  @CsvSource({
    "Hopper-v5, 200000, 6, GAE_OVER_TERMINATIONS, WORSE",
    "Hopper-v5, 200000, 6, SIGN_OF_ONE_ACTION,    WORSE",
  })
  void tellsTheDefectsThatMatter(
      String task, long totalTimesteps, int seeds, PlantedDefect defect, Verdict verdict) {
    PlantedTrainings trainings = PlantedTrainings.of(task, totalTimesteps, EPISODES);
    ReturnsComparison comparison =
        PlantedTrainings.judge(
            trainings.train(PlantedDefect.NONE, FIRST, seeds),
            trainings.train(defect, FIRST, seeds));
    assertThat(comparison.verdict()).as(comparison.toString()).isEqualTo(verdict);
  }

  /**
   * With a discount of 0.99, as most have it: with the 0.98 of the task's own preset the end of an
   * episode is further away than what the policy looks ahead to, and 18 seeds do not show it.
   */
  @Test
  void aTimeLimitTakenForATerminationIsWorse() {
    Task task = Tasks.of("HalfCheetah-v5");
    PpoOptions options = new Ppo().preset("tuned", Tasks.of("InvertedPendulum-v5"));
    assertThat(options.gamma()).isEqualTo(0.99);
    var trainings = new PlantedTrainings(task, options, 300_000, EPISODES, 1);
    ReturnsComparison comparison =
        PlantedTrainings.judge(
            trainings.train(PlantedDefect.NONE, FIRST, 18),
            trainings.train(PlantedDefect.TIME_LIMIT_AS_TERMINATION, FIRST, 18));
    assertThat(comparison.verdict()).as(comparison.toString()).isEqualTo(Verdict.WORSE);
  }
}
