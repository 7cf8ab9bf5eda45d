package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.env.Task;
import stride.env.Tasks;
import stride.nn.Initialization;

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
                + " annealLr=true, gamma=0.99, gaeLambda=0.95, numMinibatches=32, updateEpochs=10,"
                + " normAdv=minibatch, clipCoef=0.2, clipVloss=true, entCoef=0.0, vfCoef=0.5,"
                + " maxGradNorm=0.5, targetKl=null, bootstrapTruncation=false, normObs=true,"
                + " normReward=true, statsUpdate=step, stepping=sharded, backend=cpu,"
                + " policyDevice=cpu, precision=fp32, hidden=[64, 64],"
                + " activation=tanh, stateDependentStd=false, orthogonalInit=true]");
  }

  @Test
  void cleanrlIsCleanrlsSettingOfDiscreteActions() {
    assertThat(preset("cleanrl", "CartPole-v1"))
        .isEqualTo(
            "PpoOptions[numEnvs=4, numSteps=128, totalTimesteps=500000, learningRate=2.5E-4,"
                + " annealLr=true, gamma=0.99, gaeLambda=0.95, numMinibatches=4, updateEpochs=4,"
                + " normAdv=minibatch, clipCoef=0.2, clipVloss=true, entCoef=0.01, vfCoef=0.5,"
                + " maxGradNorm=0.5, targetKl=null, bootstrapTruncation=false, normObs=false,"
                + " normReward=false, statsUpdate=rollout, stepping=sharded, backend=cpu,"
                + " policyDevice=cpu, precision=fp32, hidden=[64, 64],"
                + " activation=tanh, stateDependentStd=false, orthogonalInit=true]");
  }

  @Test
  void tunedFixesEveryOptionOfContinuousControl() {
    assertThat(preset("tuned", "InvertedPendulum-v5"))
        .isEqualTo(
            "PpoOptions[numEnvs=16, numSteps=256, totalTimesteps=1000000, learningRate=3.0E-4,"
                + " annealLr=true, gamma=0.99, gaeLambda=0.95, numMinibatches=32, updateEpochs=10,"
                + " normAdv=minibatch, clipCoef=0.2, clipVloss=false, entCoef=0.0, vfCoef=0.5,"
                + " maxGradNorm=0.5, targetKl=null, bootstrapTruncation=true, normObs=true,"
                + " normReward=true, statsUpdate=rollout, stepping=sharded, backend=cpu,"
                + " policyDevice=cpu, precision=fp32, hidden=[64, 64],"
                + " activation=tanh, stateDependentStd=false, orthogonalInit=true]");
  }

  @Test
  void tunedFixesEveryOptionOfDiscreteActions() {
    assertThat(preset("tuned", "CartPole-v1"))
        .isEqualTo(
            "PpoOptions[numEnvs=16, numSteps=128, totalTimesteps=300000, learningRate=0.001,"
                + " annealLr=true, gamma=0.99, gaeLambda=0.95, numMinibatches=8, updateEpochs=10,"
                + " normAdv=minibatch, clipCoef=0.2, clipVloss=false, entCoef=0.0, vfCoef=0.5,"
                + " maxGradNorm=0.5, targetKl=null, bootstrapTruncation=true, normObs=false,"
                + " normReward=false, statsUpdate=rollout, stepping=sharded, backend=cpu,"
                + " policyDevice=cpu, precision=fp32, hidden=[64, 64],"
                + " activation=tanh, stateDependentStd=false, orthogonalInit=true]");
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

  @Test
  void namesThePresetsThereAre() {
    assertThatThrownBy(() -> preset("best", "Hopper-v5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("preset=best, required: one of [tuned, cleanrl]");
  }
}
