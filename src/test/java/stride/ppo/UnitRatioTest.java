package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.learn.Backends;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.Kernels;
import stride.nn.ParameterTensor;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;
import stride.optim.Optimizer;
import stride.optim.OptimizerKind;

/**
 * Where new and old probabilities are the same, the losses are A2C's: against golden numbers of
 * PyTorch. Actor and critic share a backbone there; here each has its copy, whose gradients add up.
 */
@Tag("vector")
class UnitRatioTest {
  // float32 against float64: means of 20 or 40 rows, each rounded some ten times
  private static final double LOSS = 2e-6;
  // the reference has new log-probabilities of some 10 in doubles, old ones are floats
  private static final float RATIO = 1e-6f;
  // sums of 40 rows through three layers; measured 1.5e-6
  private static final double GRADIENT = 1e-5;
  // the first step of RMSprop is ten learning rates, wherever the gradient is not near 0
  private static final double PARAMETER = 2e-6;

  private static final int FEWEST_STEPS = 1;
  private static final int MOST_STEPS = 5;

  /** What actor and critic share in the golden file: their first layers. */
  private static final List<String> SHARED = List.of("0.weight", "0.bias", "2.weight", "2.bias");

  private static final Map<String, String> HEADS =
      Map.of("actor.4.", "policy.0.", "critic.4.", "value.0.");

  @ParameterizedTest
  @CsvSource({
    "REFERENCE, a2c_gaussian",
    "REFERENCE, a2c_categorical",
    "CPU, a2c_gaussian",
    "CPU, a2c_categorical"
  })
  void agreesWithPyTorch(Backend backend, String name) {
    JsonNode golden = Golden.values(name);
    try (var a2c = new GoldenA2c(backend, golden)) {
      for (int step = 1; step <= MOST_STEPS; step++) {
        a2c.differentiate();
        if (step == 1) {
          checkLosses(golden, a2c);
          check(a2c, golden.get("grads"), a2c.gradients, GRADIENT);
        }
        a2c.step(step);
        if (step == FEWEST_STEPS || step == MOST_STEPS) {
          check(a2c, golden.get("params_after_" + step), a2c.parameters, PARAMETER);
        }
      }
    }
  }

  private static void checkLosses(JsonNode golden, GoldenA2c a2c) {
    double[] logProbs = Golden.doubles(golden.get("log_prob"));
    double[] values = Golden.doubles(golden.get("values"));
    int stride = a2c.policy.critic().outputStride();
    for (int r = 0; r < a2c.rows; r++) {
      assertThat(a2c.chunk.oldLogProbs().get(r)).isCloseTo((float) logProbs[r], within(5e-6f));
      assertThat(a2c.chunk.ratios().get(r)).isCloseTo(1, within(RATIO));
      assertThat(a2c.chunk.critic().last().get((long) r * stride))
          .isCloseTo((float) values[r], within(5e-6f));
    }
    LossSums sums = a2c.sums();
    assertThat(sums.policyLoss()).isCloseTo(number(golden, "policy_loss"), within(LOSS));
    assertThat(sums.valueLoss()).isCloseTo(number(golden, "value_loss"), within(LOSS));
    assertThat(sums.entropy()).isCloseTo(number(golden, "entropy"), within(LOSS));
    assertThat(a2c.norm()).isCloseTo(number(golden, "grad_norm"), within(GRADIENT));
  }

  private static double number(JsonNode golden, String name) {
    return golden.get(name).asDouble();
  }

  private static void check(GoldenA2c a2c, JsonNode golden, FloatSlab got, double tolerance) {
    double worst = 0;
    for (ParameterTensor tensor : a2c.policy.tensors()) {
      double[] want = Golden.doubles(golden.get(goldenName(tensor.name())));
      float[] have = tensor.get(got);
      for (int i = 0; i < want.length; i++) {
        worst = Math.max(worst, Math.abs(have[i] - want[i]));
      }
    }
    System.out.printf("A2C against PyTorch: at most %.1e of %.1e%n", worst, tolerance);
    assertThat(worst).isLessThan(tolerance);
  }

  private static String goldenName(String tensor) {
    for (var head : HEADS.entrySet()) {
      if (tensor.startsWith(head.getKey())) {
        return head.getValue() + tensor.substring(head.getKey().length());
      }
    }
    return tensor.replace("actor.", "backbone.").replace("critic.", "backbone.");
  }

  /** The golden rows in one chunk, and RMSprop; closes what it owns. */
  private static final class GoldenA2c implements AutoCloseable {
    final PolicyLayout policy;
    final int rows;
    final ChunkSlabs chunk;
    final FloatSlab parameters;
    final FloatSlab gradients;

    private final Arena arena = Arena.ofShared();
    private final Kernels kernels;
    private final double clip;
    private final double learningRate;
    private final ChunkLoss loss;
    private final Optimizer optimizer;
    private final FloatSlab[] moments;

    GoldenA2c(Backend backend, JsonNode golden) {
      JsonNode hyper = golden.get("hyper");
      boolean discrete = !golden.get("action").get(0).isArray();
      this.policy =
          new PolicyLayout(
              PolicySpec.of(
                  discrete ? Distribution.CATEGORICAL : Distribution.GAUSSIAN,
                  golden.get("obs").get(0).size(),
                  golden.get("params").get("policy.0.bias").size(),
                  List.of(64, 64),
                  Activation.TANH));
      this.rows = golden.get("obs").size();
      this.kernels = Backends.kernels(backend);
      this.clip = number(hyper, "max_grad_norm");
      this.learningRate = number(hyper, "lr");
      this.loss = new ChunkLoss(policy, config(hyper), kernels, PpoBackends.kernels(backend), rows);
      this.chunk = loss.chunk();
      this.optimizer = OptimizerKind.RMSPROP.optimizer(number(hyper, "rms_eps"));
      this.parameters = FloatSlab.allocate(arena, policy.size());
      this.gradients = FloatSlab.allocate(arena, policy.size());
      this.moments = new FloatSlab[] {FloatSlab.allocate(arena, policy.size())};
      for (ParameterTensor tensor : policy.tensors()) {
        tensor.put(parameters, Golden.floats(golden.get("params").get(goldenName(tensor.name()))));
      }
      fill(golden, discrete);
    }

    private static UpdateConfig config(JsonNode hyper) {
      return new UpdateConfig(
          number(hyper, "lr"),
          number(hyper, "rms_eps"),
          1,
          1,
          AdvantageNormalization.NONE,
          1e9,
          false,
          number(hyper, "ent_coef"),
          number(hyper, "vf_coef"),
          number(hyper, "max_grad_norm"),
          null,
          Precision.FP32);
    }

    private void fill(JsonNode golden, boolean discrete) {
      Golden.putRows(chunk.observations(), policy.inputStride(), golden.get("obs"));
      JsonNode actions = golden.get("action");
      for (int r = 0; r < rows; r++) {
        if (discrete) {
          chunk.choices().set(r, actions.get(r).asInt());
        } else {
          for (int k = 0; k < policy.spec().actions(); k++) {
            long at = (long) k * chunk.columnLength() + r;
            chunk.actions().set(at, (float) actions.get(r).get(k).asDouble());
          }
        }
      }
      chunk.advantages().set(0, Golden.floats(golden.get("adv")));
      chunk.returns().set(0, Golden.floats(golden.get("ret")));
    }

    /** With log-probabilities as they are now, so that every ratio is 1. */
    void differentiate() {
      loss.transpose(parameters);
      loss.differentiateAfresh(parameters, rows, 1f / rows, gradients);
      loss.differentiateValues(parameters, rows, 1f / rows, gradients);
      FloatSlab likePpo = FloatSlab.allocate(arena, policy.size());
      loss.differentiate(parameters, rows, 1f / rows, likePpo);
      assertThat(likePpo.sameBits(gradients)).isTrue();
      for (String layer : SHARED) {
        ParameterTensor ofActor = policy.tensor("actor." + layer);
        ParameterTensor ofCritic = policy.tensor("critic." + layer);
        float[] sum = ofActor.get(gradients);
        float[] more = ofCritic.get(gradients);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += more[i];
        }
        ofActor.put(gradients, sum);
        ofCritic.put(gradients, sum);
      }
    }

    LossSums sums() {
      LossSums sums = new LossSums();
      try (SlabBlock block =
          new SlabPlan()
              .add("sums", ElementType.DOUBLE, LossSums.LENGTH)
              .allocate(SlabAllocator.PAGES)) {
        loss.writeSumsAfresh(rows, block.doubles("sums"), 0);
        sums.read(block.doubles("sums"), 0, 1, rows);
      }
      return sums;
    }

    /** What is shared counts once. */
    double norm() {
      double squares = 0;
      for (ParameterTensor tensor : policy.tensors()) {
        boolean twice = SHARED.stream().anyMatch(each -> tensor.name().equals("critic." + each));
        for (float each : twice ? new float[0] : tensor.get(gradients)) {
          squares += (double) each * each;
        }
      }
      return Math.sqrt(squares);
    }

    void step(int number) {
      double scale = Math.min(1, clip / (norm() + 1e-6));
      optimizer.step(kernels, number, learningRate, scale, parameters, gradients, moments);
    }

    @Override
    public void close() {
      loss.close();
      arena.close();
    }
  }
}
