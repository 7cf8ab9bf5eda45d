package stride.dqn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Knob;
import stride.learn.NotFiniteException;

/** What an update does beside its arithmetic. */
class DqnUpdateTest {
  @ParameterizedTest
  @CsvSource({
    // CleanRL's: one environment, every 10 steps, the target every 500
    "1, 10, 1, 500, 0, 10500, 1",
    "1, 10, 1, 500, 7, 10490, 0",
    "1, 10, 1, 500, 7, 10510, 0",
    // the multiple is passed within the round
    "16, 64, 1, 500, 4, 32, 1", // 448 to 512 env steps
    "16, 64, 1, 500, 4, 36, 0",
    // only after the last update of a round
    "16, 64, 4, 512, 2, 32, 0",
    "16, 64, 4, 512, 3, 32, 1",
    "16, 64, 4, 512, 7, 36, 0",
    // several times where it is to follow more often than there are rounds
    "16, 64, 1, 16, 0, 32, 4",
    "16, 64, 1, 24, 0, 32, 3"
  })
  void theTargetFollowsByEnvSteps(
      int envs, int round, int updates, int frequency, long number, long steps, long times) {
    var following = new DqnConfig.Following(envs, round, updates, frequency, 1);
    assertThat(following.times(number, steps)).isEqualTo(times);
  }

  @Test
  void aHardTargetIsACopy() {
    try (var often = new TinyDqn(2, Map.of("target_network_frequency", "6")).iterate(1);
        var never = new TinyDqn(2, Map.of("target_network_frequency", "1000000")).iterate(1)) {
      assertThat(often.learner.state().get("target_parameters").sameBits(often.parameters()))
          .isTrue();
      assertThat(never.learner.state().get("target_parameters").sameBits(never.parameters()))
          .isFalse();
      try (var untrained = new TinyDqn(1, Map.of())) {
        assertThat(never.learner.state().get("target_parameters").sameBits(untrained.parameters()))
            .isTrue();
      }
    }
  }

  @Test
  void nothingIsLearntUntilLearningStarts() {
    try (var waiting = new TinyDqn(2, Map.of("learning_starts", "120")).iterate(1);
        var untrained = new TinyDqn(2, Map.of())) {
      assertThat(waiting.parameters().sameBits(untrained.parameters())).isTrue();
      assertThat(waiting.learner.diagnostics())
          .containsOnlyKeys("charts/epsilon", "charts/learning_rate");
      waiting.iterate(1);
      assertThat(waiting.parameters().sameBits(untrained.parameters())).isFalse();
      assertThat(waiting.learner.diagnostics())
          .containsKeys("losses/td_loss", "losses/q_values", "losses/grad_norm");
      assertThat(waiting.learner.diagnostics().get("charts/epsilon")).isEqualTo(0.05);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aLossThatIsNotFiniteEndsTheRun(int threads) {
    try (var tiny = new TinyDqn(threads, Map.of("optimizer", "sgd")).iterate(1)) {
      knob(tiny, "learning_rate").turnTo(1e30);
      assertThatThrownBy(() -> tiny.iterate(1))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageMatching(
              "not finite: (td_loss|grad_norm)=.*, update 1\\d, learning_rate=1\\.0E30, .*"
                  + "steps so far=1\\d");
    }
  }

  @Test
  void knobsTakeEffectAndArePartOfTheState() {
    try (var tiny = new TinyDqn(2, Map.of()).iterate(1);
        var resumed = new TinyDqn(1, Map.of())) {
      assertThat(knob(tiny, "epsilon").get().getAsDouble()).isNaN();
      knob(tiny, "epsilon").turnTo(0.25);
      knob(tiny, "learning_rate").turnTo(0);
      float[] parameters = tiny.parameters().toArray();
      tiny.iterate(1);
      assertThat(tiny.parameters().toArray()).isEqualTo(parameters);
      assertThat(tiny.learner.diagnostics().get("charts/epsilon")).isEqualTo(0.25);
      assertThat(tiny.learner.diagnostics().get("charts/learning_rate")).isZero();
      resumed.learner.restore(tiny.learner.state());
      assertThat(knob(resumed, "epsilon").get().getAsDouble()).isEqualTo(0.25);
    }
  }

  @Test
  void anAnnealedLearningRateFallsOverTheRun() {
    try (var tiny = new TinyDqn(2, Map.of("anneal_lr", "true")).iterate(1);
        var whole = new TinyDqn(2, Map.of()).iterate(1)) {
      assertThat(tiny.parameters().sameBits(whole.parameters())).isTrue();
      tiny.learner.iterate(0.75);
      whole.learner.iterate(0.75);
      assertThat(tiny.learner.diagnostics().get("charts/learning_rate")).isEqualTo(2.5e-4 * 0.25);
      assertThat(whole.learner.diagnostics().get("charts/learning_rate")).isEqualTo(2.5e-4);
      assertThat(tiny.parameters().sameBits(whole.parameters())).isFalse();
    }
  }

  @Test
  void knobsHaveRanges() {
    try (var tiny = new TinyDqn(1, Map.of())) {
      assertThatThrownBy(() -> knob(tiny, "epsilon").turnTo(1.5))
          .hasMessage("epsilon=1.5, required: in [0, 1]");
      assertThatThrownBy(() -> knob(tiny, "learning_rate").turnTo(-1))
          .hasMessage("learning_rate=-1.0, required: finite, >= 0");
    }
  }

  private static Knob knob(TinyDqn tiny, String name) {
    return tiny.learner.knobs().stream()
        .filter(knob -> knob.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aMissingSlabIsRefused() {
    try (var tiny = new TinyDqn(1, TinyDqn.RICH).iterate(1)) {
      var state = tiny.learner.state();
      state.remove("target_parameters");
      assertThatThrownBy(() -> tiny.learner.restore(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("target_parameters=");
    }
  }
}
