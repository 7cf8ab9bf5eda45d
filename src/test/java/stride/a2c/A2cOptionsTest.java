package stride.a2c;

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
import stride.nn.PolicyLayout;

/** Comparisons name a preset, so that whoever changes a value of one sees it here again. */
class A2cOptionsTest {
  private static final A2c A2C = new A2c();
  private static final Task CART_POLE = Tasks.of("CartPole-v1");

  /**
   * The class stable_baselines3.A2C has learning_rate 7e-4, n_steps 5, gamma 0.99, gae_lambda 1,
   * ent_coef 0, vf_coef 0.5 of the whole squared error, max_grad_norm 0.5, RMSprop with eps 1e-5,
   * normalize_advantage off, bootstrapped truncations and MlpPolicy: tanh, 64 and 64, orthogonal.
   * The Zoo's CartPole-v1 has 8 environments and 5e5 steps, its continuous tasks 4, normalised.
   */
  @Test
  void sb3IsStableBaselines3sSetting() {
    assertThat(OptionValues.preset(A2C, A2c.SB3, CART_POLE).options().toString())
        .isEqualTo(
            "A2cOptions[numEnvs=8, numSteps=5, totalTimesteps=500000, stepsPerIteration=4000,"
                + " learningRate=7.0E-4, annealLr=false, gamma=0.99, gaeLambda=1.0, normAdv=none,"
                + " entCoef=0.0, vfCoef=1.0, maxGradNorm=0.5, optimizer=rmsprop, adamEps=1.0E-5,"
                + " bootstrapTruncation=true, normObs=false, normReward=false, backend=cpu,"
                + " hidden=[64, 64], sharedBackbone=false, activation=tanh,"
                + " stateDependentStd=false, orthogonalInit=true]");
    A2cOptions hopper = OptionValues.preset(A2C, A2c.SB3, Tasks.of("Hopper-v5")).options();
    assertThat(hopper.numEnvs()).isEqualTo(4);
    assertThat(hopper.normObs() && hopper.normReward()).isTrue();
  }

  /**
   * ppo.py has 4 environments, Adam with eps 1e-5, a falling learning rate, gae_lambda 0.95,
   * ent_coef 0.01, vf_coef 0.5 of half the squared error, max_grad_norm 0.5, no bootstrap, and the
   * network; its learning rate of 2.5e-4 is for 16 steps from each rollout, so that 7e-4 is that of
   * CleanRL's a2c.py of 2019, which has the same vf_coef (0.25 of the whole), ent_coef,
   * max_grad_norm and optimiser. ppo_continuous_action.py has 1 environment, normalised, and no
   * entropy bonus.
   */
  @Test
  void cleanrlIsItsPpoWithoutWhatA2cLacks() {
    assertThat(OptionValues.preset(A2C, A2c.CLEANRL, CART_POLE).options().toString())
        .isEqualTo(
            "A2cOptions[numEnvs=4, numSteps=5, totalTimesteps=500000, stepsPerIteration=2000,"
                + " learningRate=7.0E-4, annealLr=true, gamma=0.99, gaeLambda=0.95, normAdv=none,"
                + " entCoef=0.01, vfCoef=0.5, maxGradNorm=0.5, optimizer=adam, adamEps=1.0E-5,"
                + " bootstrapTruncation=false, normObs=false, normReward=false, backend=cpu,"
                + " hidden=[64, 64], sharedBackbone=false, activation=tanh,"
                + " stateDependentStd=false, orthogonalInit=true]");
    A2cOptions hopper = OptionValues.preset(A2C, A2c.CLEANRL, Tasks.of("Hopper-v5")).options();
    assertThat(hopper.numEnvs()).isEqualTo(1);
    assertThat(hopper.entCoef()).isZero();
    assertThat(hopper.normObs() && hopper.normReward()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "sb3, CartPole-v1",
    "sb3, Hopper-v5",
    "cleanrl, CartPole-v1",
    "cleanrl, Hopper-v5",
    "tuned, CartPole-v1",
    "tuned, Hopper-v5"
  })
  void everyPresetAndEveryUsualChangeIsPossible(String preset, String name) {
    Task task = Tasks.of(name);
    OptionValues<A2cOptions> base = OptionValues.preset(A2C, preset, task);
    A2C.check(base.options(), task, 1);
    ObjectNode json = OptionValues.json(base.options());
    for (Map<String, JsonNode> change : A2C.usualChanges(json)) {
      assertThat(change).hasSize(1);
      change.forEach((name1, value) -> assertThat(json.get(name1)).isNotEqualTo(value));
      OptionValues<A2cOptions> changed = OptionValues.preset(A2C, preset, task).setAll(change);
      A2C.check(changed.options(), task, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 64, 4096})
  void whatIsMeasuredIsPossible(int envs) {
    OptionValues<A2cOptions> values = OptionValues.preset(A2C, A2c.SB3, CART_POLE);
    A2C.measured(envs).forEach(values::set);
    A2cOptions options = values.options();
    A2C.check(options, CART_POLE, 1);
    assertThat(options.numEnvs()).isEqualTo(envs);
    assertThat(options.annealLr()).isFalse();
    assertThat(A2C.envStepsPerIteration(options)).isBetween(8192L, 8192L + 5L * envs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          num_envs=0      | num_envs=0, required: >= 1
          num_steps=0     | num_steps=0, required: >= 1
          num_steps=2147483647 | num_envs * num_steps=17179869176, required: < 2^31
          total_timesteps=0 | total_timesteps=0, required: >= 1
          steps_per_iteration=0 | steps_per_iteration=0, required: >= 1
          learning_rate=-1 | learning_rate=-1.0, required: finite, >= 0
          gamma=1.5       | gamma=1.5, required: in [0, 1]
          gae_lambda=-0.1 | gae_lambda=-0.1, required: in [0, 1]
          norm_adv=rows   | norm_adv=rows, required: one of [none, minibatch, batch]
          vf_coef=-1      | vf_coef=-1.0, required: finite, >= 0
          max_grad_norm=0 | max_grad_norm=0.0, required: finite, > 0 or null
          optimizer=lion  | optimizer=lion, required: one of [adam, rmsprop, sgd]
          adam_eps=0      | adam_eps=0.0, required: finite, > 0
          hidden=[12,0]   | hidden=[12, 0], required: integers, each >= 1
          activation=selu | activation=selu, required: one of [tanh, relu]
          state_dependent_std=true | state_dependent_std=true, required: false for CartPole-v1, whose actions are choices without a deviation
          backend=cuda    | backend=cuda, required: cpu or reference for algo=a2c
          backend=tpu     | backend=tpu, required: one of [reference, cpu, cuda]
          """)
  void whatIsImpossibleIsRefusedInOneLine(String change, String message) {
    OptionValues<A2cOptions> values = OptionValues.preset(A2C, A2c.SB3, CART_POLE);
    String[] parts = change.split("=", 2);
    values.set(parts[0], parts[1].strip());
    assertThatThrownBy(() -> A2C.check(values.options(), CART_POLE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void hiddenLayersMayBeShared() {
    OptionValues<A2cOptions> values = OptionValues.preset(A2C, A2c.SB3, CART_POLE);
    assertThat(values.options().policy(CART_POLE).trunk()).isNull();
    values.set("shared_backbone", "true");
    values.set("hidden", "17,33");
    A2C.check(values.options(), CART_POLE, 1);
    PolicyLayout policy = values.options().policy(CART_POLE);
    assertThat(policy.trunk().spec().hidden()).containsExactly(17, 33);
    assertThat(policy.actor().spec().hidden()).isEmpty();
    assertThat(policy.critic().spec().hidden()).isEmpty();
    values.set("hidden", "[]");
    assertThatThrownBy(() -> A2C.check(values.options(), CART_POLE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shared_backbone=true, required: false without hidden layers");
  }

  @Test
  void oneRowHasNoDeviation() {
    OptionValues<A2cOptions> values = OptionValues.preset(A2C, A2c.SB3, CART_POLE);
    values.set("num_envs", "1");
    values.set("num_steps", "1");
    A2C.check(values.options(), CART_POLE, 1);
    values.set("norm_adv", "true");
    assertThatThrownBy(() -> A2C.check(values.options(), CART_POLE, 1))
        .hasMessage("norm_adv=batch, required: none for num_envs * num_steps=1");
  }

  @ParameterizedTest
  @CsvSource({
    "16, 5, 40",
    "8, 5, 20",
    "1, 1, 1",
    "7, 5, 18",
    "16, 8, 64",
    "16, 16, 64",
    "64, 5, 54"
  })
  void chunksAreAnEvenNumberOfEqualSize(int envs, int steps, int rows) {
    OptionValues<A2cOptions> values = OptionValues.preset(A2C, A2c.SB3, CART_POLE);
    values.set("num_envs", Integer.toString(envs));
    values.set("num_steps", Integer.toString(steps));
    assertThat(values.options().config(1).chunkRows()).isEqualTo(rows);
  }

  @Test
  void presetsAreNamed() {
    assertThat(A2C.presets()).isEqualTo(List.of("tuned", "sb3", "cleanrl"));
    assertThat(A2C.measuredPreset()).isEqualTo("sb3");
  }
}
