package stride.a2c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.algo.OptionValues;
import stride.algo.Sitting;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Knob;
import stride.learn.Learner;
import stride.learn.NotFiniteException;
import stride.learn.Stage;
import stride.learn.StageSplit;
import stride.memory.FloatSlab;
import stride.parallel.Team;
import stride.ppo.Ppo;
import stride.ppo.PpoOptions;

/** A2C as a whole. */
class A2cLearnerTest {
  @Test
  void learnsToBalanceThePole() {
    Map<String, String> changes =
        Map.of("num_envs", "16", "steps_per_iteration", "8000", "hidden", "64,64");
    try (var a2c = new TinyA2c(2, changes)) {
      a2c.iterate(1);
      double before = a2c.learner.episodes().returnMean();
      a2c.iterate(15);
      // a random policy holds it for some 22 steps; 120k steps of learning at this seed for over
      // 300
      assertThat(before).isLessThan(60);
      assertThat(a2c.learner.episodes().returnMean()).isGreaterThan(150);
      assertThat(a2c.learner.divergences()).isZero();
    }
  }

  /** The values' error must not rule the layers in common, and RMSprop is slower at them. */
  @Test
  void learnsToBalanceThePoleByASharedBackbone() {
    Map<String, String> changes =
        Map.of(
            "num_envs", "16",
            "steps_per_iteration", "8000",
            "hidden", "64,64",
            "shared_backbone", "true",
            "vf_coef", "0.1",
            "optimizer", "adam",
            "learning_rate", "1e-3");
    try (var a2c = new TinyA2c(2, changes)) {
      a2c.iterate(1);
      double before = a2c.learner.episodes().returnMean();
      a2c.iterate(15);
      // 120k steps of learning at this seed for over 250
      assertThat(before).isLessThan(60);
      assertThat(a2c.learner.episodes().returnMean()).isGreaterThan(150);
      assertThat(a2c.learner.divergences()).isZero();
    }
  }

  /**
   * Rounds of A2C are iterations of PPO with one epoch, one minibatch and no clip; rows are added
   * up in another order.
   */
  @ParameterizedTest
  @CsvSource({
    "CartPole-v1, 5, false",
    "CartPole-v1, 5, true",
    "CartPole-v1, 1, true",
    "Hopper-v5, 5, true",
    "Hopper-v5, 1, true"
  })
  void isPpoWithOneEpochOneMinibatchAndNoClip(String name, int steps, boolean shared) {
    final Task task = Tasks.of(name);
    final int rounds = steps == 1 ? 60 : 10;
    Map<String, String> both =
        Map.ofEntries(
            Map.entry("num_envs", "7"),
            Map.entry("num_steps", Integer.toString(steps)),
            Map.entry("learning_rate", "7e-4"),
            Map.entry("anneal_lr", "false"),
            Map.entry("gamma", "0.99"),
            Map.entry("gae_lambda", "1"),
            Map.entry("norm_adv", "none"),
            Map.entry("ent_coef", "0.01"),
            Map.entry("vf_coef", "1"),
            Map.entry("max_grad_norm", "0.5"),
            Map.entry("norm_obs", "false"),
            Map.entry("norm_reward", "false"),
            Map.entry("hidden", "17,33"),
            Map.entry("shared_backbone", Boolean.toString(shared)));
    Map<String, String> changes = new HashMap<>(both);
    changes.put("optimizer", "adam");
    changes.put("steps_per_iteration", Integer.toString(rounds * 7 * steps));
    try (var a2c = new TinyA2c(task, 2, changes).iterate(1);
        Learner ppo = ppo(task, both, a2c.team);
        Learner unlearnt = ppo(task, both, a2c.team)) {
      for (int k = 0; k < rounds; k++) {
        ppo.iterate(0);
      }
      assertThat(a2c.learner.envStepsPerIteration()).isEqualTo(rounds * ppo.envStepsPerIteration());
      assertThat(a2c.learner.flop()).isEqualTo(rounds * ppo.flop());
      assertThat(a2c.learner.episodes().episodes()).isEqualTo(ppo.episodes().episodes());
      FloatSlab wanted = (FloatSlab) ppo.state().get("parameters");
      FloatSlab first = (FloatSlab) unlearnt.state().get("parameters");
      double worst = 0;
      double moved = 0;
      for (long k = 0; k < wanted.length(); k++) {
        worst = Math.max(worst, Math.abs(wanted.get(k) - a2c.parameters().get(k)));
        moved = Math.max(moved, Math.abs(wanted.get(k) - first.get(k)));
      }
      // steps of 7e-4 at most; where a gradient is near 0 so is Adam's denominator
      assertThat(moved).isGreaterThan(2e-3);
      assertThat(worst).isLessThan(2e-4);
      assertThat(a2c.learner.diagnostics().get("losses/entropy"))
          .isCloseTo(ppo.diagnostics().get("losses/entropy"), within(1e-4));
    }
  }

  private static Learner ppo(Task task, Map<String, String> changes, Team team) {
    OptionValues<PpoOptions> values = OptionValues.preset(new Ppo(), Ppo.TUNED, task);
    changes.forEach(values::set);
    Map.of(
            "num_minibatches", "1",
            "update_epochs", "1",
            "clip_coef", "1e9",
            "clip_vloss", "false")
        .forEach(values::set);
    return new Ppo().learner(values.options(), task, TinyA2c.SEED, Sitting.on(team));
  }

  @Test
  void warmingUpLeavesNoTrace() {
    try (var a2c = new TinyA2c(2, Map.of()).iterate(1)) {
      long before = a2c.checksum();
      a2c.learner.warmUp(0.01);
      assertThat(a2c.checksum()).isEqualTo(before);
    }
  }

  @Test
  void timesItsStagesAndShowsItsLosses() {
    try (var a2c = new TinyA2c(2, Map.of())) {
      long start = System.nanoTime();
      a2c.iterate(1);
      long wall = System.nanoTime() - start;
      StageSplit split = a2c.learner.last();
      assertThat(split.stages()).containsExactly(Stage.ROLLOUT, Stage.GAE, Stage.UPDATE);
      assertThat(split.stages()).allSatisfy(each -> assertThat(split.wallNanos(each)).isPositive());
      assertThat(split.wallNanos()).isLessThanOrEqualTo(wall);
      assertThat(split.cpuNanos(Stage.UPDATE)).isPositive();
      assertThat(a2c.learner.diagnostics())
          .containsOnlyKeys(
              "charts/learning_rate",
              "losses/value_loss",
              "losses/policy_loss",
              "losses/entropy",
              "losses/explained_variance",
              "losses/grad_norm");
      assertThat(a2c.learner.envStepsPerIteration()).isEqualTo(350);
      assertThat(a2c.learner.collector().numSteps()).as("of an environment").isEqualTo(50);
      assertThat(a2c.learner.collector().numEnvs()).isEqualTo(7);
    }
  }

  @Test
  void theLearningRateFallsWithProgress() {
    try (var a2c = new TinyA2c(1, Map.of("anneal_lr", "true"))) {
      a2c.learner.iterate(0.25);
      assertThat(a2c.learner.diagnostics().get("charts/learning_rate")).isEqualTo(7e-4 * 0.75);
    }
  }

  @Test
  void knobsTakeEffectAndArePartOfTheState() {
    try (var a2c = new TinyA2c(2, Map.of()).iterate(1);
        var resumed = new TinyA2c(1, Map.of());
        var other = new TinyA2c(1, Map.of()).iterate(1)) {
      other.learner.iterate(0);
      knob(a2c, "ent_coef").turnTo(0.5);
      a2c.learner.iterate(0);
      assertThat(a2c.parameters().sameBits(other.parameters())).isFalse();
      knob(a2c, "learning_rate").turnTo(0);
      float[] parameters = a2c.parameters().toArray();
      a2c.learner.iterate(0);
      assertThat(a2c.parameters().toArray()).isEqualTo(parameters);
      assertThat(a2c.learner.diagnostics().get("charts/learning_rate")).isZero();
      resumed.learner.restore(a2c.learner.state());
      assertThat(knob(resumed, "ent_coef").get().getAsDouble()).isEqualTo(0.5);
      assertThat(knob(resumed, "learning_rate").get().getAsDouble()).isZero();
      knob(resumed, "learning_rate").turnTo(1e-3);
      knob(a2c, "learning_rate").turnTo(1e-3);
      assertThat(resumed.iterate(1).checksum()).isEqualTo(a2c.iterate(1).checksum());
    }
  }

  private static Knob knob(TinyA2c a2c, String name) {
    return a2c.learner.knobs().stream()
        .filter(knob -> knob.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void knobsHaveRanges() {
    try (var a2c = new TinyA2c(1, Map.of())) {
      assertThatThrownBy(() -> knob(a2c, "ent_coef").turnTo(Double.NaN))
          .hasMessage("ent_coef=NaN, required: finite");
      assertThatThrownBy(() -> knob(a2c, "learning_rate").turnTo(-1))
          .hasMessage("learning_rate=-1.0, required: finite, >= 0");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aLossThatIsNotFiniteEndsTheRun(int threads) {
    Map<String, String> changes = Map.of("optimizer", "sgd", "activation", "relu");
    try (var a2c = new TinyA2c(threads, changes).iterate(1)) {
      knob(a2c, "learning_rate").turnTo(1e30);
      assertThatThrownBy(() -> a2c.iterate(1))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageMatching(
              "not finite: .*, update 1\\d, learning_rate=1\\.0E30, gradient steps so far=1\\d");
    }
  }

  @Test
  void aMissingSlabIsRefused() {
    try (var a2c = new TinyA2c(1, Map.of()).iterate(1)) {
      var state = a2c.learner.state();
      state.remove("rmsprop_squares");
      assertThatThrownBy(() -> a2c.learner.restore(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("rmsprop_squares=");
    }
  }

  @Test
  void closingTwiceIsFine() {
    var a2c = new TinyA2c(1, Map.of());
    a2c.close();
    a2c.learner.close();
  }
}
