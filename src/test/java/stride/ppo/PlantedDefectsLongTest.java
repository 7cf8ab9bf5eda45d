package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.lab.verify.Judgement;
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
    "Hopper-v5,      200000,  6, GAE_OVER_TERMINATIONS,     WORSE",
    "Hopper-v5,      200000,  6, SIGN_OF_ONE_ACTION,        WORSE",
    "HalfCheetah-v5, 300000, 18, TIME_LIMIT_AS_TERMINATION, WORSE",
  })
  void tellsTheDefectsThatMatter(
      String task, long totalTimesteps, int seeds, PlantedDefect defect, Verdict verdict) {
    PlantedTrainings trainings = PlantedTrainings.of(task, totalTimesteps, EPISODES);
    Judgement judgement =
        PlantedTrainings.judge(
            trainings.train(PlantedDefect.NONE, FIRST, seeds),
            trainings.train(defect, FIRST, seeds));
    assertThat(judgement.verdict()).as(judgement.toString()).isEqualTo(verdict);
  }
}
