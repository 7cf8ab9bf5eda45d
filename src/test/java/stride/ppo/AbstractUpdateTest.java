package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stride.collect.RolloutSlabs;
import stride.learn.NotFiniteException;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.ParameterTensor;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;

/** Updates against golden numbers of PyTorch, and what every backend must keep to. */
abstract class AbstractUpdateTest {
  // float32 against float64: means of 32 or 64 rows, each rounded some ten times
  private static final double LOSS = 2e-6;
  // sums of 64 rows through three layers; measured 2.3e-6 at gradients up to 0.9
  private static final double GRADIENT = 1e-5;
  // products within 2^-21, and cut off; measured 1.1e-5, of the norm, where fp32 has 4e-6
  private static final double SPLIT_GRADIENT = 2e-5;
  // a step is at most the learning rate, 3e-4; where a gradient is near 0, as 1e-5 of a gradient
  // is, its share of the step is off by error / eps; measured 2.4e-7
  private static final double PARAMETER = 2e-6;

  private final Backend backend;
  private final Precision precision;

  AbstractUpdateTest(Backend backend) {
    this(backend, Precision.FP32);
  }

  AbstractUpdateTest(Backend backend, Precision precision) {
    this.backend = backend;
    this.precision = precision;
  }

  @ParameterizedTest
  @CsvSource({"ppo_continuous, 1", "ppo_continuous, 2", "ppo_discrete, 1", "ppo_discrete, 3"})
  void agreesWithPyTorch(String name, int threads) {
    JsonNode golden = Golden.learning(name);
    try (var fixture = golden(golden, threads)) {
      double rate = golden.get("hyper").get("lr").asDouble();
      double gradient = precision == Precision.FP32 ? GRADIENT : SPLIT_GRADIENT;
      fixture.ppo.update(rate);
      UpdateDiagnostics diagnostics = fixture.ppo.diagnostics();
      check(golden, "policy_loss", diagnostics.policyLoss(), LOSS);
      check(golden, "value_loss", diagnostics.valueLoss(), LOSS);
      check(golden, "entropy", diagnostics.entropy(), LOSS);
      check(golden, "approx_kl", diagnostics.approxKl(), LOSS);
      check(golden, "old_approx_kl", diagnostics.oldApproxKl(), LOSS);
      check(golden, "clip_fraction", diagnostics.clipfrac(), 1e-12);
      check(golden, "explained_variance", diagnostics.explainedVariance(), LOSS);
      check(golden, "grad_norm", diagnostics.gradNorm(), gradient);
      try (Arena arena = Arena.ofConfined()) {
        FloatSlab gradients = FloatSlab.allocate(arena, fixture.policy.size());
        gradients.set(0, fixture.insides.gradients());
        check(fixture, golden.get("grads"), gradients, gradient);
      }
      check(fixture, golden.get("params_after_1"), fixture.ppo.parameters(), PARAMETER);
      for (int step = 1; step < 5; step++) {
        fixture.ppo.update(rate);
      }
      check(fixture, golden.get("params_after_5"), fixture.ppo.parameters(), PARAMETER);
    }
  }

  private UpdateFixture golden(JsonNode golden, int threads) {
    JsonNode hyper = golden.get("hyper");
    boolean discrete = !golden.get("action").get(0).isArray();
    JsonNode tensors = golden.get("params");
    int hidden = tensors.get("actor.0.bias").size();
    int rows = golden.get("obs").size();
    var config =
        new UpdateConfig(
            hyper.get("lr").asDouble(),
            hyper.get("adam_eps").asDouble(),
            1,
            1,
            AdvantageNormalization.MINIBATCH,
            hyper.get("clip").asDouble(),
            hyper.get("clip_value_loss").asBoolean(),
            hyper.get("ent_coef").asDouble(),
            hyper.get("vf_coef").asDouble(),
            hyper.get("max_grad_norm").asDouble(),
            null,
            Precision.FP32);
    var fixture =
        new UpdateFixture(
            backend,
            discrete ? Distribution.CATEGORICAL : Distribution.GAUSSIAN,
            new UpdateFixture.Sizes(
                rows / 2,
                2,
                golden.get("obs").get(0).size(),
                tensors.get("actor.4.bias").size(),
                List.of(hidden, hidden)),
            threads,
            GaeConfig.DEFAULTS,
            config.withPrecision(precision));
    RolloutSlabs rollout = fixture.rollout;
    Golden.putRows(rollout.observations(), fixture.policy.inputStride(), golden.get("obs"));
    for (int r = 0; r < rows && discrete; r++) {
      rollout.discreteActions().set(r, golden.get("action").get(r).asInt());
    }
    if (!discrete) {
      rollout.actions().set(0, Golden.floats(golden.get("action")));
    }
    rollout.logProbs().set(0, Golden.floats(golden.get("logp_old")));
    rollout.values().set(0, Golden.floats(golden.get("value_old")));
    fixture.ppo.computeGae(); // hands the rollout over; its results are not those of the file
    fixture.insides.set(Golden.floats(golden.get("adv")), Golden.floats(golden.get("ret")));
    Golden.putParameters(fixture.ppo.parameters(), fixture.policy, tensors);
    return fixture;
  }

  private static void check(JsonNode golden, String name, double got, double tolerance) {
    assertThat(got).as(name).isCloseTo(golden.get(name).asDouble(), within(tolerance));
  }

  private static void check(
      UpdateFixture fixture, JsonNode golden, FloatSlab got, double tolerance) {
    double worst = 0;
    for (ParameterTensor tensor : fixture.policy.tensors()) {
      double[] want = Golden.doubles(golden.get(tensor.name()));
      float[] have = tensor.get(got);
      for (int i = 0; i < want.length; i++) {
        worst = Math.max(worst, Math.abs(have[i] - want[i]));
      }
    }
    System.out.printf("update against PyTorch: at most %.1e of %.1e%n", worst, tolerance);
    assertThat(worst).isLessThan(tolerance);
  }

  @ParameterizedTest
  @EnumSource(Distribution.class)
  void bitsDoNotDependOnThreads(Distribution distribution) {
    var config = config(4, 3, AdvantageNormalization.MINIBATCH, null);
    try (var alone = fixture(distribution, 1, config).fill(1);
        var two = fixture(distribution, 2, config).fill(1);
        var three = fixture(distribution, 3, config).fill(1)) {
      for (int k = 0; k < 2; k++) {
        alone.ppo.update(1e-3);
        two.ppo.update(1e-3);
        three.ppo.update(1e-3);
        assertSameState(two, alone);
        assertSameState(three, alone);
        assertThat(three.ppo.diagnostics()).isEqualTo(alone.ppo.diagnostics());
      }
    }
  }

  private static void assertSameState(UpdateFixture got, UpdateFixture want) {
    Map<String, Slab> state = got.ppo.state();
    want.ppo
        .state()
        .forEach((name, slab) -> assertThat(state.get(name).sameBits(slab)).as(name).isTrue());
  }

  @Test
  void continuesFromASavedStateWithOtherThreads() {
    var config = config(4, 2, AdvantageNormalization.BATCH, null);
    try (var first = fixture(Distribution.GAUSSIAN, 1, config).fill(2);
        var second = fixture(Distribution.GAUSSIAN, 2, config).fill(2)) {
      first.ppo.update(1e-3);
      second.ppo.restore(first.ppo.state());
      first.ppo.update(1e-3);
      second.ppo.update(1e-3);
      assertSameState(second, first);
    }
  }

  @Test
  void restoreRefusesWhatDoesNotFit() {
    try (var fixture = fixture(Distribution.GAUSSIAN, 1, UpdateFixture.once())) {
      Map<String, Slab> state = new LinkedHashMap<>(fixture.ppo.state());
      state.remove("adam_means");
      assertThatThrownBy(() -> fixture.ppo.restore(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("adam_means");
      state.put("adam_means", fixture.rollout.rewards());
      assertThatThrownBy(() -> fixture.ppo.restore(state))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("adam_means");
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void stopsAfterTheEpochThatReachesTheTargetKl(int threads) {
    var config = config(4, 10, AdvantageNormalization.MINIBATCH, 1e-9);
    try (var fixture = fixture(Distribution.GAUSSIAN, threads, config).fill(3)) {
      fixture.ppo.update(1e-2);
      assertThat(fixture.ppo.diagnostics().epochs()).isEqualTo(1);
      assertThat(fixture.ppo.diagnostics().approxKl()).isGreaterThan(1e-9);
    }
    var never = config(4, 10, AdvantageNormalization.MINIBATCH, 1e9);
    try (var fixture = fixture(Distribution.GAUSSIAN, threads, never).fill(3)) {
      fixture.ppo.update(1e-2);
      assertThat(fixture.ppo.diagnostics().epochs()).isEqualTo(10);
    }
  }

  /** Whatever a diverged row holds, it changes nothing, not even if it is not a number. */
  @ParameterizedTest
  @EnumSource(AdvantageNormalization.class)
  void divergedRowsAreKeptOut(AdvantageNormalization normalization) {
    var config = config(4, 2, normalization, null);
    try (var one = fixture(Distribution.GAUSSIAN, 2, config).fill(4);
        var other = fixture(Distribution.GAUSSIAN, 2, config).fill(4)) {
      for (int row : new int[] {0, 17, 63, 119}) {
        one.rollout.diverged().set(row, (byte) 1);
        other.rollout.diverged().set(row, (byte) 1);
        other.rollout.rewards().set(row, Float.NaN);
        other.rollout.logProbs().set(row, Float.NaN);
        other.rollout.actions().set(3L * row, Float.POSITIVE_INFINITY);
      }
      one.ppo.computeGae();
      other.ppo.computeGae();
      one.ppo.update(1e-3);
      other.ppo.update(1e-3);
      assertThat(one.ppo.diagnostics().rows()).isEqualTo(116);
      assertSameState(other, one);
    }
  }

  @Test
  void allRowsMayDiverge() {
    var config = config(4, 2, AdvantageNormalization.MINIBATCH, null);
    try (var fixture = fixture(Distribution.GAUSSIAN, 2, config).fill(4)) {
      fixture.rollout.diverged().fill((byte) 1);
      float before = fixture.ppo.parameters().get(0);
      fixture.ppo.update(1e-3);
      assertThat(fixture.ppo.parameters().get(0)).isEqualTo(before);
      assertThat(fixture.ppo.diagnostics().rows()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void noticesWhatIsNotFinite(int threads) {
    var config = config(4, 2, AdvantageNormalization.MINIBATCH, null);
    try (var fixture = fixture(Distribution.GAUSSIAN, threads, config).fill(5)) {
      fixture.rollout.logProbs().set(7, Float.NaN);
      fixture.ppo.computeGae();
      assertThatThrownBy(() -> fixture.ppo.update(1e-3))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageContaining("policy_loss=NaN");
    }
    try (var fixture = fixture(Distribution.GAUSSIAN, threads, config).fill(5)) {
      float[] returns = fixture.insides.returns();
      returns[7] = Float.POSITIVE_INFINITY;
      fixture.insides.set(fixture.insides.advantages(), returns);
      assertThatThrownBy(() -> fixture.ppo.update(1e-3))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageContaining("value_loss=");
    }
  }

  @Test
  void clocksTellTheStages() {
    var config = config(4, 2, AdvantageNormalization.MINIBATCH, null);
    try (var fixture = fixture(Distribution.GAUSSIAN, 1, config).fill(6)) {
      assumeFalse(fixture.ppo.clocks().isEmpty(), "a device has its own clocks");
      StageClock clock = fixture.ppo.clocks().getFirst();
      fixture.ppo.update(1e-3);
      assertThat(clock.hits(Stage.ADAM)).isZero();
      assertThat(clock.steps().getTotalCount()).isZero();
      clock.switchTo(true);
      long start = System.nanoTime();
      fixture.ppo.update(1e-3);
      assertThat(clock.hits(Stage.ADAM)).isEqualTo(8);
      assertThat(clock.hits(Stage.REDUCE)).isEqualTo(8);
      for (Stage stage : List.of(Stage.GATHER, Stage.FORWARD, Stage.BACKWARD)) {
        assertThat(clock.nanos(stage)).as(stage.key()).isPositive();
      }
      assertThat(clock.steps().getTotalCount()).as("a step is a minibatch").isEqualTo(8);
      assertThat(8 * clock.steps().getMinValue()).isBetween(8L, System.nanoTime() - start);
    }
  }

  @Test
  void everyEpochHasAnOrderOfItsOwn() {
    var config = config(4, 2, AdvantageNormalization.MINIBATCH, null);
    try (var one = fixture(Distribution.GAUSSIAN, 1, config).fill(7);
        var other = fixture(Distribution.GAUSSIAN, 1, config).fill(7)) {
      one.ppo.update(1e-3);
      other.ppo.update(1e-3);
      assertSameState(other, one);
      // the same rows and parameters, but another update: other minibatches
      other.ppo.parameters().copyFrom(one.ppo.parameters());
      one.ppo.update(1e-3);
      float last = one.ppo.parameters().get(0);
      one.ppo.parameters().copyFrom(other.ppo.parameters());
      one.ppo.update(1e-3);
      assertThat(one.ppo.parameters().get(0)).isNotEqualTo(last);
    }
  }

  static UpdateConfig config(
      int minibatches, int epochs, AdvantageNormalization normalization, Double targetKl) {
    return new UpdateConfig(
        1e-3,
        1e-5,
        minibatches,
        epochs,
        normalization,
        0.2,
        true,
        0.01,
        0.5,
        0.5,
        targetKl,
        Precision.FP32);
  }

  private UpdateFixture fixture(Distribution distribution, int threads, UpdateConfig config) {
    // 120 rows: minibatches of 30, chunks of which are not whole vectors
    var sizes = new UpdateFixture.Sizes(24, 5, 11, 3, List.of(17, 65));
    return new UpdateFixture(
        backend, distribution, sizes, threads, GaeConfig.DEFAULTS, config.withPrecision(precision));
  }
}
