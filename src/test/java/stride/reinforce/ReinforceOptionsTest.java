package stride.reinforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** Comparisons name a preset, so that whoever changes a value of one sees it here again. */
class ReinforceOptionsTest {
  private static final Reinforce REINFORCE = new Reinforce();
  private static final Task CART_POLE = Tasks.of("CartPole-v1");

  /**
   * PyTorch's examples/reinforcement_learning/reinforce.py: one layer of 128, relu, Adam at 1e-2,
   * gamma 0.99, returns of each episode normalised. It adds losses up instead of taking their mean,
   * which Adam does not see but for the lengths of episodes.
   */
  @Test
  void classicIsThatOfPyTorchsExample() {
    assertThat(OptionValues.preset(REINFORCE, Reinforce.CLASSIC, CART_POLE).options().toString())
        .isEqualTo(
            "ReinforceOptions[numEnvs=1, numSteps=1, totalTimesteps=500000,"
                + " stepsPerIteration=2000, episodesPerUpdate=1, learningRate=0.01,"
                + " annealLr=false, gamma=0.99, baseline=false, normReturns=true, entCoef=0.0,"
                + " vfCoef=0.5, maxGradNorm=null, optimizer=adam, adamEps=1.0E-8, evalEvery=0,"
                + " evalEpisodes=10, backend=cpu, hidden=[128], activation=relu,"
                + " stateDependentStd=false, orthogonalInit=false]");
  }

  @ParameterizedTest
  @CsvSource({
    "classic, CartPole-v1",
    "classic, Hopper-v5",
    "tuned, CartPole-v1",
    "tuned, Hopper-v5"
  })
  void everyPresetAndEveryUsualChangeIsPossible(String preset, String name) {
    Task task = Tasks.of(name);
    OptionValues<ReinforceOptions> base = OptionValues.preset(REINFORCE, preset, task);
    REINFORCE.check(base.options(), task, 1);
    ObjectNode json = OptionValues.json(base.options());
    for (Map<String, JsonNode> change : REINFORCE.usualChanges(json)) {
      assertThat(change).hasSize(1);
      change.forEach((option, value) -> assertThat(json.get(option)).isNotEqualTo(value));
      OptionValues<ReinforceOptions> changed =
          OptionValues.preset(REINFORCE, preset, task).setAll(change);
      REINFORCE.check(changed.options(), task, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 64})
  void whatIsMeasuredIsPossible(int envs) {
    OptionValues<ReinforceOptions> values =
        OptionValues.preset(REINFORCE, REINFORCE.measuredPreset(), CART_POLE);
    REINFORCE.measured(envs).forEach(values::set);
    ReinforceOptions options = values.options();
    REINFORCE.check(options, CART_POLE, 1);
    assertThat(options.numEnvs()).isEqualTo(envs);
    assertThat(options.episodesPerUpdate()).isEqualTo(envs);
    assertThat(options.annealLr()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          num_envs=0      | num_envs=0, required: >= 1
          num_envs=3000000 | num_envs=3000000, required: fewer environments or episodes_per_update, for 1001 steps of each in the memory
          num_steps=0     | num_steps=0, required: >= 1
          total_timesteps=0 | total_timesteps=0, required: >= 1
          steps_per_iteration=0 | steps_per_iteration=0, required: >= 1
          episodes_per_update=0 | episodes_per_update=0, required: >= 1
          learning_rate=-1 | learning_rate=-1.0, required: finite, >= 0
          gamma=1.5       | gamma=1.5, required: in [0, 1]
          vf_coef=-1      | vf_coef=-1.0, required: finite, >= 0
          max_grad_norm=0 | max_grad_norm=0.0, required: finite, > 0 or null
          optimizer=lion  | optimizer=lion, required: one of [adam, rmsprop, sgd]
          adam_eps=0      | adam_eps=0.0, required: finite, > 0
          eval_every=-1   | eval_every=-1, required: finite, >= 0
          eval_episodes=0 | eval_episodes=0, required: >= 1
          hidden=[12,0]   | hidden=[12, 0], required: integers, each >= 1
          activation=selu | activation=selu, required: one of [tanh, relu]
          state_dependent_std=true | state_dependent_std=true, required: false for CartPole-v1, whose actions are choices without a deviation
          backend=cuda    | backend=cuda, required: cpu or reference for algo=reinforce
          backend=tpu     | backend=tpu, required: one of [reference, cpu, cuda]
          """)
  void whatIsImpossibleIsRefusedInOneLine(String change, String message) {
    OptionValues<ReinforceOptions> values =
        OptionValues.preset(REINFORCE, Reinforce.CLASSIC, CART_POLE);
    String[] parts = change.split("=", 2);
    values.set(parts[0], parts[1].strip());
    assertThatThrownBy(() -> REINFORCE.check(values.options(), CART_POLE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theMemoryHoldsEveryEpisodeUntilItIsLearntFrom() {
    OptionValues<ReinforceOptions> values =
        OptionValues.preset(REINFORCE, Reinforce.CLASSIC, CART_POLE);
    assertThat(values.options().bufferSize(CART_POLE)).isEqualTo(1001);
    values.set("episodes_per_update", "10");
    assertThat(values.options().bufferSize(CART_POLE)).isEqualTo(11 * 500 + 1);
  }

  @Test
  void presetsAreNamed() {
    assertThat(REINFORCE.presets()).isEqualTo(List.of("tuned", "classic"));
    assertThat(REINFORCE.measuredPreset()).isEqualTo("tuned");
  }
}
