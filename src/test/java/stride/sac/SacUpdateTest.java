package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Knob;
import stride.learn.NotFiniteException;
import stride.memory.FloatSlab;
import stride.nn.ParameterRange;
import stride.nn.SacLayout;

/** What an update does beside its arithmetic. */
class SacUpdateTest {
  private static final SacLayout LAYOUT = TinySac.options(Map.of()).network(TinySac.TASK).layout();

  private static float[] range(TinySac tiny, ParameterRange range) {
    return range.of(tiny.parameters()).toArray();
  }

  private static void assertTargetsAreTheCritics(TinySac tiny, boolean same) {
    FloatSlab critics = LAYOUT.criticRange().of(tiny.parameters());
    assertThat(tiny.targets().sameBits(critics)).isEqualTo(same);
  }

  @Test
  void targetsBeginAsCopiesAndMayStaySo() {
    try (var untrained = new TinySac(2, Map.of());
        var copies = new TinySac(2, Map.of("tau", "1")).iterate(1);
        var follows = new TinySac(2, Map.of()).iterate(1);
        var never =
            new TinySac(2, Map.of("target_network_frequency", "1000", "tau", "1")).iterate(1)) {
      assertTargetsAreTheCritics(untrained, true);
      assertTargetsAreTheCritics(copies, true);
      assertTargetsAreTheCritics(follows, false);
      assertTargetsAreTheCritics(never, false);
      assertThat(never.targets().sameBits(untrained.targets())).isTrue();
      assertThat(follows.targets().sameBits(untrained.targets())).isFalse();
    }
  }

  @Test
  void theTwoCriticsAreNotTheSame() {
    try (var untrained = new TinySac(1, Map.of())) {
      var q1 = new ParameterRange(LAYOUT.q1().start(), LAYOUT.q1().end() - LAYOUT.q1().start());
      var q2 = new ParameterRange(LAYOUT.q2().start(), q1.count());
      assertThat(range(untrained, q1)).isNotEqualTo(range(untrained, q2));
    }
  }

  @Test
  void nothingIsLearntUntilLearningStarts() {
    try (var waiting = new TinySac(2, Map.of("learning_starts", "120")).iterate(1);
        var untrained = new TinySac(2, Map.of())) {
      assertThat(waiting.parameters().sameBits(untrained.parameters())).isTrue();
      assertThat(waiting.learner.diagnostics()).containsOnlyKeys("losses/alpha");
      waiting.iterate(1);
      assertThat(waiting.parameters().sameBits(untrained.parameters())).isFalse();
      assertThat(waiting.learner.diagnostics())
          .containsOnlyKeys(
              "losses/qf1_values",
              "losses/qf2_values",
              "losses/qf1_loss",
              "losses/qf2_loss",
              "losses/qf_loss",
              "losses/actor_loss",
              "losses/alpha_loss",
              "losses/alpha");
    }
  }

  /** There are 10 updates in the first iteration. */
  @ParameterizedTest
  @CsvSource({"1, true", "10, true", "11, false"})
  void thePolicyWaitsForItsTurn(int frequency, boolean learnt) {
    Map<String, String> changes = Map.of("policy_frequency", Integer.toString(frequency));
    try (var tiny = new TinySac(2, changes).iterate(1);
        var untrained = new TinySac(1, Map.of())) {
      assertThat(range(tiny, LAYOUT.criticRange()))
          .isNotEqualTo(range(untrained, LAYOUT.criticRange()));
      for (ParameterRange range :
          new ParameterRange[] {LAYOUT.actorRange(), LAYOUT.temperatureRange()}) {
        boolean same = Arrays.equals(range(tiny, range), range(untrained, range));
        assertThat(same).isEqualTo(!learnt);
      }
      assertThat(tiny.learner.diagnostics().containsKey("losses/actor_loss")).isEqualTo(learnt);
      assertThat(tiny.learner.diagnostics().containsKey("losses/alpha_loss")).isEqualTo(learnt);
    }
  }

  @Test
  void aTemperatureThatIsNotLearntStays() {
    try (var fixed = new TinySac(2, Map.of("autotune", "false", "alpha", "0.3")).iterate(2);
        var untrained = new TinySac(1, Map.of())) {
      assertThat(range(fixed, LAYOUT.temperatureRange()))
          .isEqualTo(range(untrained, LAYOUT.temperatureRange()));
      assertThat(fixed.learner.diagnostics().get("losses/alpha")).isEqualTo(0.3f);
      assertThat(fixed.learner.diagnostics())
          .containsKey("losses/actor_loss")
          .doesNotContainKey("losses/alpha_loss");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, q_lr, (qf_loss|grad_norm of the critics|actor_loss|grad_norm of the actor|alpha_loss)",
    "3, policy_lr, (qf_loss|grad_norm of the critics|actor_loss|grad_norm of the actor)"
  })
  void aLossThatIsNotFiniteEndsTheRun(int threads, String rate, String what) {
    try (var tiny = new TinySac(threads, Map.of()).iterate(1)) {
      knob(tiny, rate).turnTo(1e30);
      assertThatThrownBy(() -> tiny.iterate(1))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageMatching("not finite: " + what + "=.*, update 1\\d, learning_rate=.*");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"policy_lr", "q_lr"})
  void knobsTakeEffectAndArePartOfTheState(String name) {
    try (var tiny = new TinySac(2, Map.of()).iterate(1);
        var resumed = new TinySac(1, Map.of())) {
      knob(tiny, name).turnTo(0);
      float[] actor = range(tiny, LAYOUT.actorRange());
      float[] critics = range(tiny, LAYOUT.criticRange());
      float[] temperature = range(tiny, LAYOUT.temperatureRange());
      tiny.iterate(1);
      boolean policy = name.equals("policy_lr");
      assertThat(Arrays.equals(range(tiny, LAYOUT.actorRange()), actor)).isEqualTo(policy);
      assertThat(Arrays.equals(range(tiny, LAYOUT.criticRange()), critics)).isEqualTo(!policy);
      assertThat(Arrays.equals(range(tiny, LAYOUT.temperatureRange()), temperature))
          .isEqualTo(!policy);
      resumed.learner.restore(tiny.learner.state());
      assertThat(knob(resumed, name).get().getAsDouble()).isZero();
    }
  }

  @Test
  void knobsHaveRanges() {
    try (var tiny = new TinySac(1, Map.of())) {
      assertThat(tiny.learner.knobs()).extracting(Knob::name).containsExactly("policy_lr", "q_lr");
      assertThat(knob(tiny, "policy_lr").get().getAsDouble()).isEqualTo(3e-4);
      assertThat(knob(tiny, "q_lr").get().getAsDouble()).isEqualTo(1e-3);
      assertThatThrownBy(() -> knob(tiny, "q_lr").turnTo(-1))
          .hasMessage("q_lr=-1.0, required: finite, >= 0");
    }
  }

  private static Knob knob(TinySac tiny, String name) {
    return tiny.learner.knobs().stream()
        .filter(knob -> knob.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** From the first update on they learn by targets of the parameters that were given. */
  @ParameterizedTest
  @ValueSource(strings = {"24,17", "136,128"})
  void otherParametersAreBegunWithAndFollowedFromTheStart(String hidden) {
    Map<String, String> changes = Map.of("hidden", hidden);
    try (var other = new TinySac(1, changes).iterate(1);
        var tiny = new TinySac(3, changes)) {
      FloatSlab given = other.parameters();
      tiny.learner.beginWith(given);
      assertThat(tiny.parameters().sameBits(given)).isTrue();
      ParameterRange critics =
          TinySac.options(changes).network(TinySac.TASK).layout().criticRange();
      assertThat(tiny.targets().sameBits(critics.of(given))).isTrue();
      assertThat(((FloatSlab) tiny.learner.state().get("adam_means")).toArray()).containsOnly(0);
      tiny.iterate(1);
      assertThat(tiny.parameters().sameBits(given)).isFalse();
    }
  }

  @Test
  void aMissingSlabIsRefused() {
    try (var tiny = new TinySac(1, TinySac.RICH).iterate(1)) {
      var state = tiny.learner.state();
      state.remove("target_parameters");
      assertThatThrownBy(() -> tiny.learner.restore(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("target_parameters=");
    }
  }

  /** Where the policy is as random as it is asked to be, the temperature has no reason to move. */
  @ParameterizedTest
  @CsvSource({"-20, true", "20, false"})
  void theTemperatureFallsWhereThereIsMoreEntropyThanWanted(String wanted, boolean falls) {
    Map<String, String> changes = Map.of("target_entropy", wanted, "q_lr", "0.01");
    try (var tiny = new TinySac(2, changes).iterate(2)) {
      double alpha = tiny.learner.diagnostics().get("losses/alpha");
      assertThat(alpha < 1).isEqualTo(falls);
      assertThat(alpha).isNotCloseTo(1, within(0.01));
    }
  }
}
