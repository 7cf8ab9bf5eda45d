package stride.dqn;

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
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.parallel.Team;
import stride.replay.ReplayMemory;

/** Comparisons name a preset, so that whoever changes a value of one sees it here again. */
class DqnOptionsTest {
  private static final Dqn DQN = new Dqn();
  private static final Task CART_POLE = Tasks.of("CartPole-v1");

  @Test
  void cleanrlIsCleanrlsSetting() {
    assertThat(OptionValues.preset(DQN, Dqn.CLEANRL, CART_POLE).options().toString())
        .isEqualTo(
            "DqnOptions[numEnvs=1, totalTimesteps=500000, stepsPerIteration=8192,"
                + " learningRate=2.5E-4, annealLr=false, gamma=0.99, bufferSize=10000,"
                + " batchSize=128, learningStarts=10000, trainFrequency=10, gradientSteps=1,"
                + " targetNetworkFrequency=500, tau=1.0, doubleQ=false, nStep=1, dueling=false,"
                + " prioritizedReplay=false, priorityAlpha=0.6, priorityBeta=0.4, loss=mse,"
                + " optimizer=adam, adamEps=1.0E-8, maxGradNorm=null, startE=1.0, endE=0.05,"
                + " explorationFraction=0.5, epsilonSchedule=linear, epsilonBy=steps,"
                + " epsilonDecay=0.99999, explorationEpisodes=1000, evalEvery=0, evalEpisodes=10,"
                + " updateParts=null, initSeed=null, backend=cpu, hidden=[120, 84],"
                + " activation=relu, orthogonalInit=false]");
  }

  @ParameterizedTest
  @ValueSource(strings = {Dqn.CLEANRL, Dqn.TUNED})
  void everyPresetAndEveryUsualChangeIsPossible(String preset) {
    OptionValues<DqnOptions> base = OptionValues.preset(DQN, preset, CART_POLE);
    DQN.check(base.options(), CART_POLE, 1);
    ObjectNode json = OptionValues.json(base.options());
    for (Map<String, JsonNode> change : DQN.usualChanges(json)) {
      assertThat(change).hasSize(1);
      change.forEach((name, value) -> assertThat(json.get(name)).as(name).isNotEqualTo(value));
      OptionValues<DqnOptions> changed = OptionValues.preset(DQN, preset, CART_POLE).setAll(change);
      DQN.check(changed.options(), CART_POLE, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 64})
  void whatIsMeasuredIsPossibleAndUpdatesAsOftenAsCleanrl(int envs) {
    OptionValues<DqnOptions> values = OptionValues.preset(DQN, Dqn.CLEANRL, CART_POLE);
    DQN.measured(envs).forEach(values::set);
    DqnOptions options = values.options();
    DQN.check(options, CART_POLE, 1);
    assertThat(options.numEnvs()).isEqualTo(envs);
    assertThat(options.trainFrequency()).isEqualTo(10 * options.gradientSteps());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          buffer_size=100 | buffer_size=100, required: >= 128, for batch_size=128, n_step=1, num_envs=1
          num_envs=4      | train_frequency=10, required: a multiple of num_envs=4
          learning_rate=-1 | learning_rate=-1.0, required: finite, >= 0
          gamma=1.5       | gamma=1.5, required: in [0, 1]
          tau=0           | tau=0.0, required: in (0, 1]
          start_e=2       | start_e=2.0, required: in [0, 1]
          end_e=-0.1      | end_e=-0.1, required: in [0, 1]
          start_e=0.01    | end_e=0.05, required: <= start_e=0.01
          batch_size=0    | batch_size=0, required: >= 1
          update_parts=0  | update_parts=0, required: >= 1 or null
          update_parts=129 | update_parts=129, required: in [1, 128]
          n_step=0        | n_step=0, required: >= 1
          gradient_steps=0 | gradient_steps=0, required: >= 1
          target_network_frequency=0 | target_network_frequency=0, required: >= 1
          steps_per_iteration=0 | steps_per_iteration=0, required: >= 1
          steps_per_iteration=2147483641 | steps_per_iteration=2147483641, required: <= 2147483640, for train_frequency=10
          max_grad_norm=0 | max_grad_norm=0.0, required: finite, > 0 or null
          eval_every=-1   | eval_every=-1, required: finite, >= 0
          hidden=[12,0]   | hidden=[12, 0], required: integers, each >= 1
          priority_beta=2 | priority_beta=2.0, required: in [0, 1]
          loss=l1         | loss=l1, required: one of [mse, huber]
          optimizer=lion  | optimizer=lion, required: one of [adam, rmsprop, sgd]
          activation=selu | activation=selu, required: one of [tanh, relu]
          epsilon_by=days | epsilon_by=days, required: one of [steps, episodes]
          backend=cuda    | backend=cuda, required: cpu or reference for algo=dqn
          backend=tpu     | backend=tpu, required: one of [reference, cpu, cuda]
          """)
  void whatIsImpossibleIsRefusedInOneLine(String change, String message) {
    OptionValues<DqnOptions> values = OptionValues.preset(DQN, Dqn.CLEANRL, CART_POLE);
    String[] parts = change.split("=", 2);
    values.set(parts[0], parts[1].strip());
    assertThatThrownBy(() -> DQN.check(values.options(), CART_POLE, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theFirstUpdateNeedsARewardOfSeveralSteps() {
    OptionValues<DqnOptions> values = OptionValues.preset(DQN, Dqn.CLEANRL, CART_POLE);
    values.set("learning_starts", "0");
    values.set("n_step", "10");
    DQN.check(values.options(), CART_POLE, 1);
    values.set("n_step", "11");
    assertThatThrownBy(() -> DQN.check(values.options(), CART_POLE, 1))
        .hasMessage("learning_starts=0, required: >= n_step * num_envs=11");
  }

  @Test
  void tasksWithRealActionsAreRefused() {
    Task hopper = Tasks.of("Hopper-v5");
    DqnOptions options = OptionValues.preset(DQN, Dqn.CLEANRL, hopper).options();
    assertThatThrownBy(() -> DQN.check(options, hopper, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dqn needs discrete actions, Hopper-v5 has real ones");
  }

  @ParameterizedTest
  @CsvSource({"128, 2", "64, 2", "1, 1", "256, 4", "1024, 16"})
  void aBatchHasTwoPartsOrMoreOf64Rows(int batch, int parts) {
    OptionValues<DqnOptions> values = OptionValues.preset(DQN, Dqn.CLEANRL, CART_POLE);
    values.set("batch_size", Integer.toString(batch));
    assertThat(values.options().config(1).batches().parts()).isEqualTo(parts);
    values.set("batch_size", Integer.toString(Math.max(batch, 3)));
    values.set("update_parts", "3");
    assertThat(values.options().config(1).batches().parts()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"false, 42432", "true, 53160"})
  void arithmeticIsCountedByLayers(boolean doubleQ, long macsOfARow) {
    OptionValues<DqnOptions> values = OptionValues.preset(DQN, Dqn.CLEANRL, CART_POLE);
    values.set("double_q", Boolean.toString(doubleQ));
    DqnOptions options = values.options();
    var network = new QNetwork(options.layout(CART_POLE), Backend.REFERENCE);
    try (Team team = new Team(1);
        var memory = new ReplayMemory(CART_POLE.spec(), 1, 1000, SlabAllocator.PAGES);
        var update = new DqnUpdate(network, options.config(1), memory, team)) {
      assertThat(update.flopPerAction()).isEqualTo(2 * 10_728);
      assertThat(update.flopPerUpdate()).isEqualTo((double) (2 * 128 * macsOfARow));
      assertThat(update.flopPerUpdate() / 1e6).isCloseTo(doubleQ ? 13.6 : 10.9, within(0.05));
    }
  }

  @Test
  void presetsAreNamed() {
    assertThat(DQN.presets()).isEqualTo(List.of("tuned", "cleanrl"));
    assertThat(DQN.measuredPreset()).isEqualTo("cleanrl");
  }
}
