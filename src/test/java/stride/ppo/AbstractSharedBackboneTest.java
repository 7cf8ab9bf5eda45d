package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.collect.RolloutSlabs;
import stride.learn.UpdateMode;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.ParameterTensor;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;
import stride.nn.Unshared;

/** Updates of an actor and a critic that have their hidden layers in common. */
abstract class AbstractSharedBackboneTest {
  // float32 against float64: means of 32 rows, each rounded some ten times
  private static final double LOSS = 2e-6;
  // sums of 32 rows through three layers
  private static final double GRADIENT = 1e-5;
  // sums of 50 rows in other chunks and another order, at gradients of some units
  private static final double SUM = 1e-5;

  private final Backend backend;

  AbstractSharedBackboneTest(Backend backend) {
    this.backend = backend;
  }

  static PolicySpec spec(Distribution distribution, Activation activation) {
    return PolicySpec.of(distribution, 11, 3, List.of(17, 65), activation).withSharedBackbone();
  }

  private UpdateFixture fixture(Distribution distribution, int threads, UpdateConfig config) {
    return fixture(spec(distribution, Activation.TANH), 24, 5, threads, config);
  }

  private UpdateFixture fixture(
      PolicySpec spec, int steps, int envs, int threads, UpdateConfig config) {
    return new UpdateFixture(
        backend, spec, steps, envs, threads, GaeConfig.DEFAULTS, config, UpdateMode.LAUNCHES);
  }

  private static UpdateConfig losses(double clip, double entCoef, double vfCoef) {
    return new UpdateConfig(
        3e-4,
        1e-5,
        1,
        1,
        AdvantageNormalization.MINIBATCH,
        clip,
        true,
        entCoef,
        vfCoef,
        0.5,
        null,
        Precision.FP32);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void agreesWithPyTorch(int threads) {
    JsonNode golden = Golden.values("ppo_shared");
    double entCoef = golden.get("ent_coef").asDouble();
    double vfCoef = golden.get("vf_coef").asDouble();
    int rows = golden.get("obs").size();
    PolicySpec spec =
        PolicySpec.of(Distribution.CATEGORICAL, 4, 2, List.of(64, 64), Activation.TANH)
            .withSharedBackbone();
    UpdateConfig config = losses(golden.get("clip").asDouble(), entCoef, vfCoef);
    try (var fixture = fixture(spec, rows / 2, 2, threads, config)) {
      put(fixture, golden, rows);
      fixture.ppo.update(0);
      UpdateDiagnostics got = fixture.ppo.diagnostics();
      assertThat(got.policyLoss()).isCloseTo(golden.get("policy_loss").asDouble(), within(LOSS));
      assertThat(got.valueLoss()).isCloseTo(golden.get("value_loss").asDouble(), within(LOSS));
      assertThat(got.policyLoss() - entCoef * got.entropy() + vfCoef * got.valueLoss())
          .isCloseTo(golden.get("loss").asDouble(), within(LOSS));
      float[] gradients = fixture.insides.gradients();
      double worst = 0;
      for (ParameterTensor tensor : fixture.policy.tensors()) {
        double[] want = Golden.doubles(golden.get("grads").get(name(tensor)));
        for (int i = 0; i < want.length; i++) {
          worst = Math.max(worst, Math.abs(element(tensor, gradients, i) - want[i]));
        }
      }
      System.out.printf("shared backbone against PyTorch: %.1e of %.1e%n", worst, GRADIENT);
      assertThat(worst).isLessThan(GRADIENT);
    }
  }

  private static void put(UpdateFixture fixture, JsonNode golden, int rows) {
    RolloutSlabs rollout = fixture.rollout;
    Golden.putRows(rollout.observations(), fixture.policy.inputStride(), golden.get("obs"));
    for (int r = 0; r < rows; r++) {
      rollout.discreteActions().set(r, golden.get("action").get(r).asInt());
    }
    rollout.logProbs().set(0, Golden.floats(golden.get("logp_old")));
    rollout.values().set(0, Golden.floats(golden.get("value_old")));
    fixture.ppo.computeGae(); // hands the rollout over; its results are not those of the file
    fixture.insides.set(Golden.floats(golden.get("adv")), Golden.floats(golden.get("ret")));
    for (ParameterTensor tensor : fixture.policy.tensors()) {
      tensor.put(fixture.ppo.parameters(), Golden.floats(golden.get("params").get(name(tensor))));
    }
  }

  /** What the file calls it. */
  private static String name(ParameterTensor tensor) {
    return tensor
        .name()
        .replace("trunk", "backbone")
        .replace("actor", "policy")
        .replace("critic", "value");
  }

  private static float element(ParameterTensor tensor, float[] slab, int i) {
    if (tensor.shape().rank() == 1) {
      return slab[(int) tensor.offset() + i];
    }
    int inputs = (int) tensor.shape().dim(1);
    return slab[(int) tensor.offset() + i % inputs * tensor.rowLength() + i / inputs];
  }

  /** The hidden layers learn from both losses at once: as much as two copies together. */
  @ParameterizedTest
  @CsvSource({"GAUSSIAN, TANH", "STATE_GAUSSIAN, TANH", "CATEGORICAL, TANH", "GAUSSIAN, RELU"})
  void gradientsOfTheTrunkAreTheSumOfThoseOfTwoCopies(
      Distribution distribution, Activation activation) {
    UpdateConfig config = losses(0.2, 0.01, 0.5);
    PolicySpec spec = spec(distribution, activation);
    try (var shared = fixture(spec, 10, 5, 1, config).fill(8);
        var unshared = fixture(Unshared.layout(shared.policy).spec(), 10, 5, 1, config).fill(8)) {
      Unshared.copy(
          shared.policy, shared.ppo.parameters(), unshared.policy, unshared.ppo.parameters());
      shared.ppo.update(0);
      unshared.ppo.update(0);
      assertThat(unshared.ppo.diagnostics().policyLoss())
          .isEqualTo(shared.ppo.diagnostics().policyLoss());
      assertThat(unshared.ppo.diagnostics().valueLoss())
          .isEqualTo(shared.ppo.diagnostics().valueLoss());
      float[] got = shared.insides.gradients();
      float[] copies = unshared.insides.gradients();
      double[] left = new double[got.length]; // what no copy explains
      for (int i = 0; i < got.length; i++) {
        left[i] = got[i];
      }
      for (ParameterTensor copy : unshared.policy.tensors()) {
        ParameterTensor origin = Unshared.origin(shared.policy, copy);
        int inputs = copy.shape().rank() == 1 ? 1 : (int) copy.shape().dim(1);
        for (int k = 0; k < inputs; k++) {
          for (int o = 0; o < copy.shape().dim(0); o++) {
            int at = (int) origin.offset() + k * origin.rowLength() + o;
            left[at] -= copies[(int) copy.offset() + k * copy.rowLength() + o];
          }
        }
      }
      for (double rest : left) {
        assertThat(rest).isCloseTo(0, within(SUM));
      }
    }
  }

  /** Differences know nothing of relu's kinks, of which a trunk has many; its copies do. */
  @ParameterizedTest
  @EnumSource(Distribution.class)
  void gradientsAreThoseOfTheLoss(Distribution distribution) {
    PolicySpec spec =
        PolicySpec.of(distribution, 5, 3, List.of(9, 18), Activation.TANH).withSharedBackbone();
    AbstractGradientTest.check(
        config -> fixture(spec, 10, 5, 1, config).fill(8), true, 0.1, "shared " + distribution);
  }

  @ParameterizedTest
  @EnumSource(Distribution.class)
  void bitsDoNotDependOnThreads(Distribution distribution) {
    var config = AbstractUpdateTest.config(4, 3, AdvantageNormalization.MINIBATCH, null);
    try (var alone = fixture(distribution, 1, config).fill(1);
        var two = fixture(distribution, 2, config).fill(1);
        var three = fixture(distribution, 3, config).fill(1)) {
      float before = alone.ppo.parameters().get(0);
      for (int k = 0; k < 2; k++) {
        alone.ppo.update(1e-3);
        two.ppo.update(1e-3);
        three.ppo.update(1e-3);
        assertSameState(two, alone);
        assertSameState(three, alone);
        assertThat(three.ppo.diagnostics()).isEqualTo(alone.ppo.diagnostics());
      }
      assertThat(alone.ppo.parameters().get(0)).isNotEqualTo(before);
    }
  }

  @Test
  void continuesFromASavedStateWithOtherThreads() {
    var config = AbstractUpdateTest.config(4, 2, AdvantageNormalization.BATCH, null);
    try (var first = fixture(Distribution.GAUSSIAN, 1, config).fill(2);
        var second = fixture(Distribution.GAUSSIAN, 2, config).fill(2)) {
      first.ppo.update(1e-3);
      second.ppo.restore(first.ppo.state());
      first.ppo.update(1e-3);
      second.ppo.update(1e-3);
      assertSameState(second, first);
    }
  }

  private static void assertSameState(UpdateFixture got, UpdateFixture want) {
    Map<String, Slab> state = got.ppo.state();
    want.ppo
        .state()
        .forEach((name, slab) -> assertThat(state.get(name).sameBits(slab)).as(name).isTrue());
  }

  /** The padding of gradients, and so of parameters, stays 0. */
  @Test
  void paddingStaysZero() {
    var config = AbstractUpdateTest.config(4, 2, AdvantageNormalization.BATCH, null);
    try (var fixture = fixture(Distribution.STATE_GAUSSIAN, 2, config).fill(3)) {
      fixture.ppo.update(1e-2);
      FloatSlab parameters = fixture.ppo.parameters();
      int elements = 0;
      for (ParameterTensor tensor : fixture.policy.tensors()) {
        elements += (int) tensor.shape().elements();
        tensor.put(parameters, new float[(int) tensor.shape().elements()]);
      }
      assertThat(parameters.toArray()).hasSizeGreaterThan(elements).containsOnly(0);
    }
  }
}
