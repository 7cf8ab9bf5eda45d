package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.algo.OptionValues;
import stride.env.Task;
import stride.env.Tasks;
import stride.env.UnboundedTask;
import stride.memory.SlabAllocator;
import stride.parallel.Team;
import stride.replay.ReplayMemory;

/** Comparisons name a preset, so that whoever changes a value of one sees it here again. */
class SacOptionsTest {
  private static final Sac SAC = new Sac();
  private static final Task HOPPER = Tasks.of("Hopper-v5");

  private static OptionValues<SacOptions> cleanrl() {
    return OptionValues.preset(SAC, Sac.CLEANRL, HOPPER);
  }

  /**
   * Args of sac_continuous_action.py: total_timesteps, num_envs, buffer_size, gamma, tau,
   * batch_size, learning_starts, policy_lr, q_lr, policy_frequency, target_network_frequency,
   * alpha, autotune; what it has in its text: two layers of 256 with ReLU, Adam with PyTorch's eps.
   */
  @Test
  void cleanrlIsCleanrlsSetting() {
    assertThat(cleanrl().options().toString())
        .isEqualTo(
            "SacOptions[numEnvs=1, totalTimesteps=1000000, stepsPerIteration=1024,"
                + " policyLr=3.0E-4, qLr=0.001, gamma=0.99, bufferSize=1000000, batchSize=256,"
                + " learningStarts=5000, trainFrequency=1, gradientSteps=1, policyFrequency=2,"
                + " targetNetworkFrequency=1, tau=0.005, nStep=1, autotune=true, alpha=0.2,"
                + " targetEntropy=null, freshLogProbs=true, adamEps=1.0E-8, evalEvery=0,"
                + " evalEpisodes=10, updateParts=null, initSeed=null, backend=cpu,"
                + " hidden=[256, 256], activation=relu]");
  }

  /** There: minus the product of the shape of the action space, and alpha=1 to begin with. */
  @Test
  void theEntropyWantedIsMinusTheElementsOfAnAction() {
    assertThat(cleanrl().options().config(HOPPER, 1).temperature().targetEntropy()).isEqualTo(-3);
    OptionValues<SacOptions> values = cleanrl();
    values.set("target_entropy", "-1.5");
    assertThat(values.options().config(HOPPER, 1).temperature().targetEntropy()).isEqualTo(-1.5);
    values.set("target_entropy", "null");
    assertThat(values.options().config(HOPPER, 1).temperature().targetEntropy()).isEqualTo(-3);
    try (var tiny = new TinySac(1, Map.of());
        var fixed = new TinySac(1, Map.of("autotune", "false"))) {
      assertThat(tiny.learner.diagnostics()).containsOnlyKeys("losses/alpha");
      assertThat(tiny.learner.diagnostics().get("losses/alpha")).isEqualTo(1);
      assertThat(fixed.learner.diagnostics().get("losses/alpha")).isEqualTo(0.2f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Sac.CLEANRL, Sac.TUNED})
  void everyPresetAndEveryUsualChangeIsPossible(String preset) {
    OptionValues<SacOptions> base = OptionValues.preset(SAC, preset, HOPPER);
    SAC.check(base.options(), HOPPER, 1);
    ObjectNode json = OptionValues.json(base.options());
    for (Map<String, JsonNode> change : SAC.usualChanges(json)) {
      assertThat(change).hasSize(1);
      change.forEach((name, value) -> assertThat(json.get(name)).as(name).isNotEqualTo(value));
      OptionValues<SacOptions> changed = OptionValues.preset(SAC, preset, HOPPER).setAll(change);
      SAC.check(changed.options(), HOPPER, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 64})
  void whatIsMeasuredIsPossibleAndUpdatesAtEveryEnvStep(int envs) {
    OptionValues<SacOptions> values = cleanrl();
    SAC.measured(envs).forEach(values::set);
    SacOptions options = values.options();
    SAC.check(options, HOPPER, 1);
    assertThat(options.numEnvs()).isEqualTo(envs);
    assertThat(options.trainFrequency()).isEqualTo(options.gradientSteps());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          num_envs=0      | num_envs=0, required: >= 1
          num_envs=4      | train_frequency=1, required: a multiple of num_envs=4
          total_timesteps=0 | total_timesteps=0, required: >= 1
          steps_per_iteration=0 | steps_per_iteration=0, required: >= 1
          policy_lr=-1    | policy_lr=-1.0, required: finite, >= 0
          q_lr=1e400      | q_lr=Infinity, required: finite, >= 0
          gamma=1.5       | gamma=1.5, required: in [0, 1]
          buffer_size=255 | buffer_size=255, required: >= 256, for batch_size=256, n_step=1, num_envs=1
          batch_size=0    | batch_size=0, required: >= 1
          batch_size=1000001 | buffer_size=1000000, required: >= 1000001, for batch_size=1000001, n_step=1, num_envs=1
          learning_starts=-1 | learning_starts=-1, required: finite, >= 0
          train_frequency=0 | train_frequency=0, required: >= 1
          gradient_steps=0 | gradient_steps=0, required: >= 1
          policy_frequency=0 | policy_frequency=0, required: >= 1
          target_network_frequency=0 | target_network_frequency=0, required: >= 1
          tau=0           | tau=0.0, required: in (0, 1]
          tau=1.1         | tau=1.1, required: in [0, 1]
          n_step=0        | n_step=0, required: >= 1
          alpha=-0.1      | alpha=-0.1, required: finite, >= 0
          target_entropy=1e400 | target_entropy=Infinity, required: finite or null
          target_entropy=-1e400 | target_entropy=-Infinity, required: finite or null
          adam_eps=0      | adam_eps=0.0, required: finite, > 0
          eval_every=-1   | eval_every=-1, required: finite, >= 0
          eval_episodes=0 | eval_episodes=0, required: >= 1
          update_parts=0  | update_parts=0, required: >= 1 or null
          update_parts=257 | update_parts=257, required: in [1, 256]
          hidden=0        | hidden=[0], required: integers, each >= 1
          hidden=[12,0]   | hidden=[12, 0], required: integers, each >= 1
          activation=selu | activation=selu, required: one of [tanh, relu]
          backend=cuda    | backend=cuda, required: cpu or reference for algo=sac
          backend=tpu     | backend=tpu, required: one of [reference, cpu, cuda]
          """)
  void whatIsImpossibleIsRefusedInOneLine(String change, String message) {
    OptionValues<SacOptions> values = cleanrl();
    String[] parts = change.split("=", 2);
    values.set(parts[0], parts[1].strip());
    assertThatThrownBy(() -> SAC.check(values.options(), HOPPER, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theFirstUpdateNeedsARewardOfSeveralSteps() {
    OptionValues<SacOptions> values = cleanrl();
    values.set("learning_starts", "9");
    values.set("n_step", "10");
    SAC.check(values.options(), HOPPER, 1);
    values.set("n_step", "11");
    assertThatThrownBy(() -> SAC.check(values.options(), HOPPER, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("learning_starts=9, required: >= n_step * num_envs=11");
  }

  @Test
  void tasksWithChoicesOrWithoutBoundsAreRefused() {
    Task cartPole = Tasks.of("CartPole-v1");
    SacOptions options = cleanrl().options();
    assertThatThrownBy(() -> SAC.check(options, cartPole, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sac needs real actions, CartPole-v1 has discrete ones");
    Task unbounded = new UnboundedTask("Hopper-v5");
    assertThatThrownBy(() -> SAC.check(options, unbounded, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "element 0 of an action: low=-Infinity, high=Infinity, required: finite for algo=sac");
  }

  @ParameterizedTest
  @CsvSource({"256, 2", "100, 2", "1, 1", "512, 4", "1024, 8"})
  void aBatchHasTwoPartsOrMoreOf128Rows(int batch, int parts) {
    OptionValues<SacOptions> values = cleanrl();
    values.set("batch_size", Integer.toString(batch));
    assertThat(values.options().config(HOPPER, 1).batches().parts()).isEqualTo(parts);
    values.set("batch_size", Integer.toString(Math.max(batch, 3)));
    values.set("update_parts", "3");
    assertThat(values.options().config(HOPPER, 1).batches().parts()).isEqualTo(3);
  }

  /** Multiply-adds of a row: those of the critics' step, the policy's, and CleanRL's fresh pass. */
  @ParameterizedTest
  @CsvSource({"true, true, 1171968", "false, true, 1102080", "true, false, 1102080"})
  void arithmeticIsCountedByLayers(boolean fresh, boolean autotune, long macsOfARow) {
    OptionValues<SacOptions> values = cleanrl();
    values.set("fresh_log_probs", Boolean.toString(fresh));
    values.set("autotune", Boolean.toString(autotune));
    SacOptions options = values.options();
    try (Team team = new Team(1);
        var memory = new ReplayMemory(HOPPER.spec(), 1, 1000, SlabAllocator.PAGES);
        var update = Sac.update(options, HOPPER, 1, memory, team)) {
      assertThat(update.flopPerAction()).isEqualTo(2 * 69_888);
      assertThat(update.flopPerUpdate()).isEqualTo((double) (2 * 256 * macsOfARow));
      assertThat(update.flopPerUpdate() / 1e6)
          .isCloseTo(fresh && autotune ? 600 : 564, within(0.5));
    }
  }

  @Test
  void presetsAreNamed() {
    assertThat(SAC.presets()).isEqualTo(List.of("tuned", "cleanrl"));
    assertThat(SAC.measuredPreset()).isEqualTo("cleanrl");
  }
}
