package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How collecting and learning alternate, and what a batch is cut into. */
class RoundsTest {
  /** Against a count, round by round. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1, 0", "1, 1, 2, 5", "3, 6, 1, 60", "3, 6, 3, 61", "4, 12, 2, 47"})
  void updatesAreNumberedFromTheFirstRoundThatLearns(
      int envs, int frequency, int updates, long starts) {
    Rounds rounds = Rounds.of(envs, frequency, updates, starts, 10L * frequency);
    assertThat(rounds.stepsPerRound()).isEqualTo(frequency / envs);
    assertThat(rounds.envStepsPerIteration()).isEqualTo(10L * frequency);
    assertThat(rounds.stepsPerIteration()).isEqualTo(10 * frequency / envs);
    long done = 0;
    for (long round = 0; round < 40; round++) {
      long before = round * rounds.stepsPerRound();
      long after = before + rounds.stepsPerRound();
      assertThat(rounds.updatesBefore(before)).isEqualTo(done);
      assertThat(rounds.learns(after)).isEqualTo((round + 1) * frequency > starts);
      done += rounds.learns(after) ? updates : 0;
    }
    assertThat(done).isPositive();
  }

  @Test
  void anIterationIsWholeRounds() {
    assertThat(Rounds.of(3, 6, 1, 0, 7).envStepsPerIteration()).isEqualTo(12);
    assertThat(Rounds.of(3, 6, 1, 0, 1).envStepsPerIteration()).isEqualTo(6);
  }

  /** The first round that learns has seen as many steps of each environment. */
  @ParameterizedTest
  @CsvSource({"1, 1, 0", "1, 1, 9", "3, 6, 60", "3, 6, 59", "4, 12, 47", "2, 10, 3"})
  void nothingIsLearntBeforeThereIsARewardOfSeveralSteps(int envs, int frequency, long starts) {
    Rounds rounds = Rounds.of(envs, frequency, 1, starts, frequency);
    long first = rounds.stepsPerRound();
    while (!rounds.learns(first)) {
      first += rounds.stepsPerRound();
    }
    final int most = Math.toIntExact(first);
    assertThatCode(() -> rounds.requireRewards(1)).doesNotThrowAnyException();
    assertThatCode(() -> rounds.requireRewards(most)).doesNotThrowAnyException();
    assertThatThrownBy(() -> rounds.requireRewards(most + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "learning_starts=%d, required: >= n_step * num_envs=%d"
                .formatted(starts, (most + 1L) * envs));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | 1 | 1 | 0  | 1 | num_envs=0, required: >= 1
          1 | 0 | 1 | 0  | 1 | train_frequency=0, required: >= 1
          1 | 1 | 0 | 0  | 1 | gradient_steps=0, required: >= 1
          1 | 1 | 1 | -1 | 1 | learning_starts=-1, required: finite, >= 0
          3 | 7 | 1 | 0  | 7 | train_frequency=7, required: a multiple of num_envs=3
          3 | 6 | 1 | 0  | 0 | steps_per_iteration=0, required: >= 1
          """)
  void whatIsImpossibleIsRefused(
      int envs, int frequency, int updates, long starts, long iteration, String message) {
    assertThatThrownBy(() -> Rounds.of(envs, frequency, updates, starts, iteration))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "null, 256, 128, 2",
    "null, 255, 128, 2",
    "null, 384, 128, 3",
    "null, 511, 128, 3",
    "null, 1, 64, 1",
    "null, 2, 64, 2",
    "1, 256, 128, 1",
    "256, 256, 128, 256",
    "3, 256, 1, 3"
  })
  void aBatchIsCutIntoTwoPartsOrMoreUnlessGiven(String given, int batch, int rows, int parts) {
    assertThat(BatchParts.of(given.equals("null") ? null : Integer.valueOf(given), batch, rows))
        .isEqualTo(parts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1   | 0   | batch_size=0, required: >= 1
          0   | 256 | update_parts=0, required: in [1, 256]
          257 | 256 | update_parts=257, required: in [1, 256]
          """)
  void partsThatAreImpossibleAreRefused(int given, int batch, String message) {
    assertThatThrownBy(() -> BatchParts.of(given, batch, 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
