package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.lab.verify.ReturnsComparison;
import stride.lab.verify.Verdict;

/**
 * Whether six seeds of an easy task, and the judgement of {@code stride verify}, tell PPO with a
 * real mistake in it from PPO: each defect that matters to the task is found to be worse, and what
 * has no defect is kept. {@link PlantedDefectsLongTest} has the tasks that take minutes.
 */
@Tag("long")
class PlantedDefectsTest {
  private static final int SEEDS = 6;
  private static final long FIRST = 1;
  private static final long OTHERS = 101;
  private static final int EPISODES = 20;

  private static final Map<PlantedTrainings, List<PlantedTrainings.Trained>> REFERENCES =
      new HashMap<>();

  private static List<PlantedTrainings.Trained> reference(PlantedTrainings trainings) {
    return REFERENCES.computeIfAbsent(
        trainings, its -> its.train(PlantedDefect.NONE, FIRST, SEEDS));
  }

  private static PlantedTrainings trainings(String task, long totalTimesteps) {
    return PlantedTrainings.of(task, totalTimesteps, EPISODES);
  }

  @ParameterizedTest
  @CsvSource({
    "CartPole-v1,         51200, GAE_OVER_TERMINATIONS,               WORSE",
    "CartPole-v1,         51200, SIGN_OF_ONE_ACTION,                  WORSE",
    "InvertedPendulum-v5, 53248, GAE_OVER_TERMINATIONS,               WORSE",
    "InvertedPendulum-v5, 53248, SIGN_OF_ONE_ACTION,                  WORSE",
    // learning is slower, which shows while there is something to learn, and not when it is done
    "InvertedPendulum-v5, 24576, LOG_PROB_WITHOUT_LOG_STD,            WORSE",
    "InvertedPendulum-v5, 53248, LOG_PROB_WITHOUT_LOG_STD,            KEPT",
    "InvertedPendulum-v5, 24576, STATISTICS_BEGUN_ANEW_IN_EVALUATION, WORSE",
    // no episode is cut short by time this early, and the solved task forgives the other
    "InvertedPendulum-v5, 24576, TIME_LIMIT_AS_TERMINATION,           IDENTICAL",
    "InvertedPendulum-v5, 53248, STATISTICS_NOT_FROZEN_IN_EVALUATION, IDENTICAL",
  })
  void tellsTheDefectsThatMatter(
      String task, long totalTimesteps, PlantedDefect defect, Verdict verdict) {
    PlantedTrainings trainings = trainings(task, totalTimesteps);
    ReturnsComparison comparison =
        PlantedTrainings.judge(reference(trainings), trainings.train(defect, FIRST, SEEDS));
    assertThat(comparison.verdict()).as(comparison.toString()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({"CartPole-v1, 51200", "InvertedPendulum-v5, 53248"})
  void keepsWhatHasNoDefectOverOtherSeeds(String task, long totalTimesteps) {
    PlantedTrainings trainings = trainings(task, totalTimesteps);
    List<PlantedTrainings.Trained> reference = reference(trainings);
    List<PlantedTrainings.Trained> others = trainings.train(PlantedDefect.NONE, OTHERS, SEEDS);
    assertThat(others).isNotEqualTo(reference);
    ReturnsComparison comparison = PlantedTrainings.judge(reference, others);
    assertThat(comparison.verdict()).as(comparison.toString()).isEqualTo(Verdict.KEPT);
  }

  @Test
  void otherThreadsGiveTheSameBits() {
    PlantedTrainings trainings = trainings("InvertedPendulum-v5", 24576);
    List<PlantedTrainings.Trained> others =
        trainings.withThreads(2).train(PlantedDefect.NONE, FIRST, SEEDS);
    assertThat(PlantedTrainings.judge(reference(trainings), others).verdict())
        .isEqualTo(Verdict.IDENTICAL);
  }
}
