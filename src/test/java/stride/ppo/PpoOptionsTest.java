package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.algo.OptionValues;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Schedule;
import stride.memory.FloatSlab;
import stride.nn.Initialization;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;

/** Comparisons name a preset, so that whoever changes a value of one sees it here again. */
class PpoOptionsTest {
  private static String preset(String preset, String task) {
    return new Ppo().preset(preset, Tasks.of(task)).toString();
  }

  @Test
  void cleanrlIsCleanrlsSettingOfContinuousControl() {
    assertThat(preset("cleanrl", "Hopper-v5"))
        .isEqualTo(
            "PpoOptions[numEnvs=1, numSteps=2048, totalTimesteps=1000000, learningRate=3.0E-4,"
                + " annealLr=true, learningRateFloor=0.0, gamma=0.99, gaeLambda=0.95, numMinibatches=32, updateEpochs=10,"
                + " recomputeAdvantages=false, normAdv=minibatch, normValue=false, clipCoef=0.2, clipVloss=true, entCoef=0.0, vfCoef=0.5,"
                + " maxGradNorm=0.5, targetKl=null, klStop=epoch, bootstrapTruncation=false,"
                + " normObs=true, normReward=true, statsUpdate=step, stepping=sharded, backend=cpu,"
                + " policyDevice=cpu, precision=fp32, hidden=[64, 64], criticHidden=null, sharedBackbone=false,"
                + " activation=tanh, stateDependentStd=false, logStdInit=0.0,"
                + " orthogonalInit=true]");
  }

  @Test
  void cleanrlIsCleanrlsSettingOfDiscreteActions() {
    assertThat(preset("cleanrl", "CartPole-v1"))
        .isEqualTo(
            "PpoOptions[numEnvs=4, numSteps=128, totalTimesteps=500000, learningRate=2.5E-4,"
                + " annealLr=true, learningRateFloor=0.0, gamma=0.99, gaeLambda=0.95, numMinibatches=4, updateEpochs=4,"
                + " recomputeAdvantages=false, normAdv=minibatch, normValue=false, clipCoef=0.2, clipVloss=true, entCoef=0.01, vfCoef=0.5,"
                + " maxGradNorm=0.5, targetKl=null, klStop=epoch, bootstrapTruncation=false,"
                + " normObs=false, normReward=false, statsUpdate=rollout, stepping=sharded, backend=cpu,"
                + " policyDevice=cpu, precision=fp32, hidden=[64, 64], criticHidden=null, sharedBackbone=false,"
                + " activation=tanh, stateDependentStd=false, logStdInit=0.0,"
                + " orthogonalInit=true]");
  }

  @Test
  void tunedFixesEveryOptionOfContinuousControl() {
    assertThat(preset("tuned", "InvertedPendulum-v5"))
        .isEqualTo(
            "PpoOptions[numEnvs=16, numSteps=256, totalTimesteps=1000000, learningRate=3.0E-4,"
                + " annealLr=true, learningRateFloor=0.0, gamma=0.99, gaeLambda=0.95, numMinibatches=32, updateEpochs=10,"
                + " recomputeAdvantages=false, normAdv=minibatch, normValue=false, clipCoef=0.2, clipVloss=false, entCoef=0.0, vfCoef=0.5,"
                + " maxGradNorm=0.5, targetKl=null, klStop=epoch, bootstrapTruncation=true,"
                + " normObs=true, normReward=true, statsUpdate=rollout, stepping=sharded, backend=cpu,"
                + " policyDevice=cpu, precision=fp32, hidden=[64, 64], criticHidden=null, sharedBackbone=false,"
                + " activation=tanh, stateDependentStd=false, logStdInit=0.0,"
                + " orthogonalInit=true]");
  }

  @Test
  void tunedFixesEveryOptionOfDiscreteActions() {
    assertThat(preset("tuned", "CartPole-v1"))
        .isEqualTo(
            "PpoOptions[numEnvs=16, numSteps=128, totalTimesteps=300000, learningRate=0.001,"
                + " annealLr=true, learningRateFloor=0.0, gamma=0.99, gaeLambda=0.95, numMinibatches=8, updateEpochs=10,"
                + " recomputeAdvantages=false, normAdv=minibatch, normValue=false, clipCoef=0.2, clipVloss=false, entCoef=0.0, vfCoef=0.5,"
                + " maxGradNorm=0.5, targetKl=null, klStop=epoch, bootstrapTruncation=true,"
                + " normObs=false, normReward=false, statsUpdate=rollout, stepping=sharded, backend=cpu,"
                + " policyDevice=cpu, precision=fp32, hidden=[64, 64], criticHidden=null, sharedBackbone=false,"
                + " activation=tanh, stateDependentStd=false, logStdInit=0.0,"
                + " orthogonalInit=true]");
  }

  @ParameterizedTest
  @CsvSource({
    "cleanrl, Hopper-v5",
    "cleanrl, CartPole-v1",
    "tuned, HalfCheetah-v5",
    "tuned, Hopper-v5",
    "tuned, Walker2d-v5",
    "tuned, InvertedPendulum-v5",
    "tuned, CartPole-v1"
  })
  void everyPresetIsPossible(String preset, String task) {
    PpoOptions options = new Ppo().preset(preset, Tasks.of(task));
    assertThat(options.config(1).update().numMinibatches()).isEqualTo(options.numMinibatches());
    assertThat(options.policy(Tasks.of(task)).size()).isPositive();
  }

  @Test
  void initialParametersAreOrthogonalUnlessTold() throws JsonProcessingException {
    Task task = Tasks.of("Hopper-v5");
    PpoOptions preset = new Ppo().preset("tuned", task);
    assertThat(preset.policy(task).spec().initialization()).isEqualTo(Initialization.ORTHOGONAL);
    var json = new ObjectMapper();
    ObjectNode changed = json.valueToTree(preset);
    changed.put("orthogonalInit", false);
    assertThat(json.treeToValue(changed, PpoOptions.class).policy(task).spec().initialization())
        .isEqualTo(Initialization.UNIFORM);
  }

  private static PpoOptions changed(String task, String... options) {
    OptionValues<PpoOptions> values = OptionValues.preset(new Ppo(), Ppo.TUNED, Tasks.of(task));
    for (String option : options) {
      String[] parts = option.split("=", 2);
      values.set(parts[0], parts[1]);
    }
    return values.options();
  }

  @Test
  void theCriticMayHaveLayersOfItsOwn() {
    Task task = Tasks.of("Hopper-v5");
    PolicySpec same =
        changed("Hopper-v5", "hidden=32,16", "critic_hidden=null").policy(task).spec();
    assertThat(same.critic().hidden()).containsExactly(32, 16);
    PolicySpec own = changed("Hopper-v5", "hidden=32,16", "critic_hidden=48").policy(task).spec();
    assertThat(own.actor().hidden()).containsExactly(32, 16);
    assertThat(own.critic().hidden()).containsExactly(48);
    assertThat(changed("Hopper-v5", "critic_hidden=[]").policy(task).spec().critic().hidden())
        .isEmpty();
    assertThatThrownBy(() -> changed("Hopper-v5", "critic_hidden=wide"))
        .hasMessage("critic_hidden=[\"wide\"], required: integers or null");
  }

  @Test
  void theLearningRateFallsToItsFloor() {
    String[] options = {"learning_rate=1e-3", "learning_rate_floor=2e-4"};
    Schedule schedule = changed("Hopper-v5", options).config(1).learningRate();
    assertThat(schedule.at(0)).isEqualTo(1e-3);
    assertThat(schedule.at(0.5)).isEqualTo(5e-4);
    assertThat(schedule.at(0.9)).isEqualTo(2e-4);
    assertThat(changed("Hopper-v5", "learning_rate=1e-3").config(1).learningRate())
        .isEqualTo(new Schedule.LinearToZero(1e-3));
  }

  @Test
  void theDeviationBeginsWhereItIsTold() {
    Task task = Tasks.of("Hopper-v5");
    try (Arena arena = Arena.ofConfined()) {
      PolicyLayout layout = changed("Hopper-v5", "log_std_init=-2").policy(task);
      var parameters = FloatSlab.allocate(arena, layout.size());
      layout.initialize(parameters, 3);
      assertThat(layout.tensor("logstd").get(parameters)).hasSize(3).containsOnly(-2);
      layout.tensor("logstd").put(parameters, new float[3]);
      var usual = FloatSlab.allocate(arena, layout.size());
      changed("Hopper-v5").policy(task).initialize(usual, 3);
      assertThat(usual.sameBits(parameters)).as("all else is as it was").isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CartPole-v1 | log_std_init=-1 | log_std_init=-1.0, required: 0 for CartPole-v1, whose actions are choices without a deviation
          Hopper-v5   | log_std_init=-1 state_dependent_std=true | log_std_init=-1.0, required: 0 for state_dependent_std=true
          Hopper-v5   | log_std_init=1e999 | log_std_init=Infinity, required: finite
          Hopper-v5   | recompute_advantages=true backend=cuda | recompute_advantages=true, required: false for backend=cuda
          Hopper-v5   | norm_value=true backend=cuda | norm_value=true, required: false for backend=cuda
          Hopper-v5   | kl_stop=minibatch backend=cuda | kl_stop=minibatch, required: epoch for backend=cuda
          Hopper-v5   | kl_stop=step | kl_stop=step, required: one of [epoch, minibatch]
          Hopper-v5   | critic_hidden=8,0 | critic_hidden=[8, 0], required: widths, each >= 1 or null
          Hopper-v5   | learning_rate=1e-4 learning_rate_floor=2e-4 | learning_rate=1.0E-4, required: >= learning_rate_floor=2.0E-4
          Hopper-v5   | learning_rate_floor=-1 | learning_rate_floor=-1.0, required: finite, >= 0
          CartPole-v1 | state_dependent_std=true | state_dependent_std=true, required: false for CartPole-v1, whose actions are choices without a deviation
          """)
  void whatIsImpossibleIsRefusedInOneLine(String task, String options, String message) {
    PpoOptions changed = changed(task, options.split(" "));
    assertThatThrownBy(() -> new Ppo().check(changed, Tasks.of(task), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void namesThePresetsThereAre() {
    assertThatThrownBy(() -> preset("best", "Hopper-v5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("preset=best, required: one of [tuned, cleanrl]");
  }
}
