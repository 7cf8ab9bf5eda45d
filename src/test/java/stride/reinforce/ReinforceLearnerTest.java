package stride.reinforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Knob;
import stride.learn.NotFiniteException;
import stride.learn.Stage;
import stride.learn.StageSplit;

/** REINFORCE as a whole. */
class ReinforceLearnerTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void learnsToBalanceThePole(boolean baseline) {
    Map<String, String> changes =
        Map.of(
            "num_envs", "8",
            "steps_per_iteration", "8000",
            "episodes_per_update", "8",
            "learning_rate", "5e-3",
            "baseline", Boolean.toString(baseline),
            "hidden", "64");
    try (var tiny = new TinyReinforce(2, changes)) {
      tiny.iterate(1);
      double before = tiny.learner.episodes().returnMean();
      tiny.iterate(14);
      // a random policy holds it for some 22 steps
      assertThat(before).isLessThan(60);
      assertThat(tiny.learner.episodes().returnMean()).isGreaterThan(130);
      assertThat(tiny.learner.divergences()).isZero();
    }
  }

  /** With one environment, one step and one episode nothing is drawn by older parameters. */
  @Test
  void theClassicOneLearnsFromEveryEpisodeAtItsEnd() {
    Map<String, String> changes =
        Map.of("num_envs", "1", "num_steps", "1", "episodes_per_update", "1");
    try (var tiny = new TinyReinforce(2, changes).iterate(2)) {
      assertThat(tiny.learner.episodes().episodes()).isGreaterThan(5);
      assertThat(tiny.updates()).isEqualTo((double) tiny.learner.episodes().episodes());
    }
  }

  @Test
  void nothingIsLearntUntilEnoughEpisodesHaveEnded() {
    Map<String, String> changes =
        Map.of("episodes_per_update", "40", "steps_per_iteration", "300", "ent_coef", "0.1");
    try (var tiny = new TinyReinforce(2, changes).iterate(1);
        var untrained = new TinyReinforce(1, changes)) {
      assertThat(tiny.learner.episodes().episodes()).isBetween(1L, 39L);
      assertThat(tiny.parameters().sameBits(untrained.parameters())).isTrue();
      assertThat(tiny.learner.diagnostics())
          .containsOnlyKeys("charts/learning_rate", "charts/updates");
      tiny.iterate(5);
      assertThat(tiny.updates()).isPositive();
      assertThat(tiny.parameters().sameBits(untrained.parameters())).isFalse();
      assertThat(tiny.learner.diagnostics())
          .containsOnlyKeys(
              "charts/learning_rate",
              "charts/updates",
              "losses/policy_loss",
              "losses/entropy",
              "losses/grad_norm");
    }
  }

  @Test
  void whatIsNoBaselineStaysAsItWas() {
    try (var tiny = new TinyReinforce(2, Map.of()).iterate(3);
        var untrained = new TinyReinforce(1, Map.of());
        var baseline = new TinyReinforce(2, Map.of("baseline", "true")).iterate(3)) {
      var critic = TinyReinforce.options(TinyReinforce.CART_POLE, Map.of());
      var layout = critic.policy(TinyReinforce.CART_POLE);
      var weight = layout.tensor("critic.0.weight");
      assertThat(weight.get(tiny.parameters())).isEqualTo(weight.get(untrained.parameters()));
      assertThat(weight.get(baseline.parameters()))
          .isNotEqualTo(weight.get(untrained.parameters()));
      assertThat(baseline.learner.diagnostics()).containsKey("losses/value_loss");
    }
  }

  @Test
  void warmingUpLeavesNoTrace() {
    try (var tiny = new TinyReinforce(2, Map.of()).iterate(1)) {
      long before = tiny.checksum();
      tiny.learner.warmUp(0.01);
      assertThat(tiny.checksum()).isEqualTo(before);
    }
  }

  @Test
  void timesItsStages() {
    try (var tiny = new TinyReinforce(2, TinyReinforce.RICH)) {
      tiny.iterate(4);
      StageSplit split = tiny.learner.last();
      assertThat(split.stages()).containsExactly(Stage.ROLLOUT, Stage.UPDATE, Stage.EVAL);
      assertThat(tiny.learner.diagnostics())
          .containsKeys("charts/eval_return", "charts/eval_return_best");
      assertThat(tiny.learner.envStepsPerIteration()).isEqualTo(1015); // 29 rounds of 35
    }
  }

  @Test
  void countsItsArithmetic() {
    Map<String, String> changes = Map.of("hidden", "64,64");
    double actor = 4 * 64 + 64 * 64 + 64 * 2;
    double critic = 4 * 64 + 64 * 64 + 64 * 1;
    double noInputGradients = 2 * 4 * 64; // of a first layer
    try (var plain = new TinyReinforce(1, changes);
        var baseline = new TinyReinforce(1, Map.of("hidden", "64,64", "baseline", "true"))) {
      double row = 2 * actor + 2 * 3 * actor - noInputGradients; // drawn and learnt from
      assertThat(plain.learner.flop()).isEqualTo(300 * row);
      double more = 2 * 2 * critic + 2 * 2 * critic - noInputGradients; // values twice
      assertThat(baseline.learner.flop()).isEqualTo(300 * (row + more));
    }
  }

  @Test
  void knobsTakeEffectAndArePartOfTheState() {
    try (var tiny = new TinyReinforce(2, Map.of()).iterate(2);
        var resumed = new TinyReinforce(1, Map.of());
        var other = new TinyReinforce(1, Map.of()).iterate(3)) {
      knob(tiny, "ent_coef").turnTo(0.5);
      tiny.iterate(1);
      assertThat(tiny.parameters().sameBits(other.parameters())).isFalse();
      knob(tiny, "learning_rate").turnTo(0);
      float[] parameters = tiny.parameters().toArray();
      tiny.iterate(2);
      assertThat(tiny.parameters().toArray()).isEqualTo(parameters);
      assertThat(tiny.learner.diagnostics().get("charts/learning_rate")).isZero();
      resumed.learner.restore(tiny.learner.state());
      assertThat(knob(resumed, "ent_coef").get().getAsDouble()).isEqualTo(0.5);
    }
  }

  private static Knob knob(TinyReinforce tiny, String name) {
    return tiny.learner.knobs().stream()
        .filter(knob -> knob.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aLossThatIsNotFiniteEndsTheRun(int threads) {
    Map<String, String> changes = Map.of("optimizer", "sgd", "baseline", "true");
    try (var tiny = new TinyReinforce(threads, changes).iterate(2)) {
      knob(tiny, "learning_rate").turnTo(1e30);
      assertThatThrownBy(() -> tiny.iterate(20))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageMatching(
              "not finite: (policy_loss|value_loss|grad_norm)=.*, update \\d+,"
                  + " learning_rate=1\\.0E30, gradient steps so far=\\d+");
    }
  }

  @Test
  void aMissingSlabIsRefused() {
    try (var tiny = new TinyReinforce(1, Map.of()).iterate(1)) {
      var state = tiny.learner.state();
      state.remove("unlearnt_episodes");
      assertThatThrownBy(() -> tiny.learner.restore(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("unlearnt_episodes=");
    }
  }
}
