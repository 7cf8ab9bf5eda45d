package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stride.cuda.AnyDevice;
import stride.cuda.CudaException;
import stride.cuda.FakeDriver;
import stride.learn.NotFiniteException;
import stride.learn.UpdateMode;
import stride.memory.Slab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Initialization;
import stride.nn.MlpSpec;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;

/** Networks whose products are cuBLAS's, against the CPU and in both of their ways. */
final class CudaWideTest {
  private static final int EPOCHS = 2;
  private static final int MINIBATCHES = 4;

  // sums of up to 256 products, forward and back; measured 1.0e-7
  private static final double GRADIENT = 1e-6;
  // a step is at most the learning rate, 1e-3; where a gradient is near 0, its share of the step is
  // off by the gradient's error over Adam's eps; measured 4e-7
  private static final double PARAMETER = 1e-5;

  @BeforeEach
  void start() {
    AnyDevice.start();
  }

  @AfterEach
  void nothingIsLeft() {
    AnyDevice.end();
  }

  private static UpdateConfig config(Double targetKl) {
    return AbstractUpdateTest.config(
        MINIBATCHES, EPOCHS, AdvantageNormalization.MINIBATCH, targetKl);
  }

  private static UpdateFixture fixture(
      Backend backend,
      Distribution distribution,
      Activation activation,
      List<Integer> hidden,
      UpdateConfig config,
      UpdateMode mode) {
    var sizes = new UpdateFixture.Sizes(24, 5, 11, 3, hidden); // 120 rows
    return new UpdateFixture(
            backend, distribution, activation, sizes, 2, GaeConfig.DEFAULTS, config, mode)
        .fill(1);
  }

  private static UpdateFixture fixture(UpdateMode mode, Double targetKl) {
    return fixture(
        Backend.CUDA,
        Distribution.GAUSSIAN,
        Activation.TANH,
        List.of(160, 33),
        config(targetKl),
        mode);
  }

  private static double worst(float[] got, float[] want) {
    double worst = 0;
    for (int i = 0; i < got.length; i++) {
      worst = Math.max(worst, Math.abs(got[i] - want[i]));
    }
    return worst;
  }

  private static void assertSameState(UpdateFixture got, UpdateFixture want) {
    Map<String, Slab> state = got.ppo.state();
    want.ppo
        .state()
        .forEach((name, slab) -> assertThat(state.get(name).sameBits(slab)).as(name).isTrue());
  }

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, TANH, 160, 33",
    "STATE_GAUSSIAN, RELU, 160, 33",
    "CATEGORICAL, TANH, 256, 256"
  })
  @Tag("gpu")
  void agreesWithTheCpu(Distribution distribution, Activation activation, int first, int second) {
    agreesWithTheCpu(PolicySpec.of(distribution, 11, 3, List.of(first, second), activation));
  }

  /** What the networks have in common is done for both at once; here that is little or nothing. */
  @Test
  @Tag("gpu")
  void agreesWithTheCpuWhereActorAndCriticDiffer() {
    // 17 outputs are two blocks of 16, the critic's one is one
    agreesWithTheCpu(
        PolicySpec.of(Distribution.CATEGORICAL, 11, 17, List.of(160, 33), Activation.TANH));
    var actor = new MlpSpec(11, List.of(160), 3, Activation.RELU);
    var critic = new MlpSpec(11, List.of(33, 180), 1, Activation.TANH);
    agreesWithTheCpu(
        new PolicySpec(Distribution.GAUSSIAN, 3, actor, critic, Initialization.ORTHOGONAL));
    // no hidden layer: an observation that does not fit
    agreesWithTheCpu(PolicySpec.of(Distribution.CATEGORICAL, 3000, 20, List.of(), Activation.TANH));
  }

  private static UpdateFixture fixture(Backend backend, PolicySpec networks, UpdateConfig config) {
    var gae = GaeConfig.DEFAULTS;
    return new UpdateFixture(backend, networks, 24, 5, 2, gae, config, UpdateMode.LAUNCHES).fill(1);
  }

  private static void agreesWithTheCpu(PolicySpec networks) {
    var config = config(null);
    try (var cpu = fixture(Backend.CPU, networks, config);
        var cuda = fixture(Backend.CUDA, networks, config)) {
      for (int update = 1; update <= 3; update++) {
        // minibatches of 29 and 30 rows, and of fewer
        for (int row = 0; row < 3 * (update - 1); row++) {
          cpu.rollout.diverged().set(7L * row, (byte) 1);
          cuda.rollout.diverged().set(7L * row, (byte) 1);
        }
        cpu.ppo.computeGae();
        cuda.ppo.computeGae();
        cpu.ppo.update(1e-3);
        cuda.ppo.update(1e-3);
        double gradient = worst(cuda.insides.gradients(), cpu.insides.gradients());
        double parameter = worst(cuda.ppo.parameters().toArray(), cpu.ppo.parameters().toArray());
        System.out.printf(
            "wide %s %s, update %d: gradient within %.1e of %.1e, parameters %.1e of %.1e%n",
            networks.distribution(),
            networks.actor().hidden(),
            update,
            gradient,
            GRADIENT,
            parameter,
            PARAMETER);
        assertThat(gradient).isLessThan(GRADIENT);
        assertThat(parameter).isLessThan(PARAMETER);
        assertThat(cuda.ppo.diagnostics().rows()).isEqualTo(cpu.ppo.diagnostics().rows());
        assertThat(cuda.ppo.diagnostics().clipfrac()).isEqualTo(cpu.ppo.diagnostics().clipfrac());
      }
    }
  }

  @Test
  @Tag("gpu")
  void bothWaysGiveTheSameBits() {
    assertSameBits(Distribution.GAUSSIAN);
  }

  @ParameterizedTest
  @EnumSource(
      value = Distribution.class,
      names = {"STATE_GAUSSIAN", "CATEGORICAL"})
  @Tag("gpu")
  @Tag("long") // the ways differ in what they launch, not in the head
  void bothWaysGiveTheSameBitsOfOtherHeads(Distribution distribution) {
    assertSameBits(distribution);
  }

  private static void assertSameBits(Distribution distribution) {
    List<Integer> hidden = List.of(160, 33);
    var config = config(null);
    try (var plain =
            fixture(
                Backend.CUDA, distribution, Activation.TANH, hidden, config, UpdateMode.LAUNCHES);
        var graph =
            fixture(Backend.CUDA, distribution, Activation.TANH, hidden, config, UpdateMode.GRAPH);
        var chosen =
            fixture(Backend.CUDA, distribution, Activation.TANH, hidden, config, UpdateMode.AUTO)) {
      for (int k = 0; k < 3; k++) {
        plain.ppo.update(1e-3);
        graph.ppo.update(1e-3);
        chosen.ppo.update(1e-3);
        assertSameState(graph, plain);
        assertSameState(chosen, plain);
        assertThat(graph.ppo.diagnostics()).isEqualTo(plain.ppo.diagnostics());
      }
    }
  }

  /** The same minibatches whatever else the arrays held before: rows that they lack count as 0. */
  @ParameterizedTest
  @EnumSource(
      value = UpdateMode.class,
      names = {"LAUNCHES", "GRAPH"})
  @Tag("gpu")
  void rowsOfEarlierMinibatchesLeaveNoTrace(UpdateMode mode) {
    try (var used = fixture(mode, null);
        var fresh = fixture(mode, null)) {
      used.ppo.update(0);
      for (UpdateFixture each : List.of(used, fresh)) {
        // fewer usable rows than minibatches: some are empty
        each.rollout.diverged().fill((byte) 1);
        each.rollout.diverged().set(5, (byte) 0);
        each.rollout.diverged().set(50, (byte) 0);
        each.ppo.computeGae();
      }
      Map<String, Slab> state = used.ppo.state();
      fresh.ppo.restore(state);
      used.ppo.update(1e-3);
      fresh.ppo.update(1e-3);
      assertThat(used.ppo.diagnostics().rows()).isEqualTo(2);
      assertSameState(fresh, used);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = UpdateMode.class,
      names = {"LAUNCHES", "GRAPH"})
  @Tag("gpu")
  void bothWaysStopAtTheTargetKlAndNoticeWhatIsNotFinite(UpdateMode mode) {
    try (var fixture = fixture(mode, 1e-9)) {
      fixture.ppo.update(1e-2);
      assertThat(fixture.ppo.diagnostics().epochs()).isEqualTo(1);
    }
    try (var fixture = fixture(mode, null)) {
      fixture.rollout.logProbs().set(7, Float.NaN);
      fixture.ppo.computeGae();
      assertThatThrownBy(() -> fixture.ppo.update(1e-3))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageContaining("policy_loss=NaN in minibatch ");
    }
  }

  /**
   * Of three layers, for both networks at once: a product forward and two backward, of the first
   * layer one; of the hidden ones a kernel each way.
   */
  @ParameterizedTest
  @CsvSource({"LAUNCHES, 0", "GRAPH, 1"})
  void countsAreAsDerived(UpdateMode mode, int graphs) {
    int kernels = 2 + 2 + 3; // and losses, norm, Adam
    int products = 3 + 2 * 3 - 1;
    assertThat(kernels + products).isEqualTo(15);
    try (var fixture = fixture(mode, null)) {
      fixture.ppo.update(1e-3); // captures the graph
      FakeDriver.reset();
      fixture.ppo.computeGae();
      fixture.ppo.update(1e-3);
      boolean one = mode == UpdateMode.GRAPH;
      // beside them: advantages, their moments, the first minibatch's rows, and what is explained
      assertThat(FakeDriver.count("launches"))
          .isEqualTo(one ? 1 : 4 + kernels * EPOCHS * MINIBATCHES);
      assertThat(FakeDriver.count("enqueued")).isEqualTo(one ? 0 : products * EPOCHS * MINIBATCHES);
      assertThat(FakeDriver.count("graph_launches")).isEqualTo(graphs);
      assertThat(FakeDriver.count("copies_to_device")).isEqualTo(3);
      assertThat(FakeDriver.count("copies_to_host")).isEqualTo(1);
      assertThat(FakeDriver.count("synchronizations")).isEqualTo(2);
    }
  }

  /**
   * Last layers of unequal rows take three products more; different hidden layers share nothing.
   */
  @Test
  void whatDiffersIsDoneForEachNetwork() {
    var hidden = List.of(160, 33);
    assertThat(products(PolicySpec.of(Distribution.GAUSSIAN, 11, 16, hidden, Activation.TANH)))
        .isEqualTo(8);
    assertThat(products(PolicySpec.of(Distribution.GAUSSIAN, 11, 17, hidden, Activation.TANH)))
        .isEqualTo(8 + 3);
    var actor = new MlpSpec(11, hidden, 3, Activation.TANH);
    var critic = new MlpSpec(11, List.of(160, 34), 1, Activation.TANH);
    assertThat(
            products(
                new PolicySpec(Distribution.GAUSSIAN, 3, actor, critic, Initialization.ORTHOGONAL)))
        .isEqualTo(8 + 8);
  }

  /** Of one minibatch. */
  private static long products(PolicySpec networks) {
    try (var fixture = fixture(Backend.CUDA, networks, UpdateFixture.once())) {
      FakeDriver.reset();
      fixture.ppo.update(1e-3);
      return FakeDriver.count("enqueued");
    }
  }

  @Test
  void delaysChangeNothing() {
    try (var plain = fixture(UpdateMode.LAUNCHES, null);
        var delayed = fixture(UpdateMode.GRAPH, null)) {
      plain.ppo.update(1e-3);
      FakeDriver.set("delay_us", 50);
      delayed.ppo.computeGae();
      delayed.ppo.update(1e-3);
      FakeDriver.reset();
      assertSameState(delayed, plain);
    }
  }

  @ParameterizedTest
  @CsvSource({"TF32, 1e-5", "BF16, 1e-4"})
  void precisionIsThatOfTheProducts(Precision precision, double least) {
    UpdateConfig exactly = UpdateFixture.once();
    List<Integer> hidden = List.of(160, 33);
    try (var exact =
            fixture(
                Backend.CUDA,
                Distribution.GAUSSIAN,
                Activation.TANH,
                hidden,
                exactly,
                UpdateMode.LAUNCHES);
        var rounded =
            fixture(
                Backend.CUDA,
                Distribution.GAUSSIAN,
                Activation.TANH,
                hidden,
                exactly.withPrecision(precision),
                UpdateMode.LAUNCHES)) {
      exact.ppo.update(1e-3);
      rounded.ppo.update(1e-3);
      double difference = worst(rounded.insides.gradients(), exact.insides.gradients());
      System.out.printf("gradient in %s: within %.1e%n", precision, difference);
      assertThat(difference).isBetween(least, 100 * least);
    }
  }

  @Test
  @Tag("gpu")
  void whatTheNetworksDoNotAllowIsRefused() {
    assertThatThrownBy(() -> fixture(UpdateMode.PERSISTENT, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cuda_update=persistent, required: auto or one of [launches, graph]"
                + " for networks that cuBLAS computes");
  }

  /** Which networks allow which precision, {@code ChunkingTest} has. */
  @ParameterizedTest
  @CsvSource({"CUDA, TF32X3, 160", "CUDA, TF32, 64", "CPU, TF32, 64", "CPU, TF32X3, 64"})
  void aPrecisionThatIsNotThereIsRefused(Backend backend, Precision precision, int width) {
    assertThatThrownBy(
            () ->
                fixture(
                    backend,
                    Distribution.GAUSSIAN,
                    Activation.TANH,
                    List.of(width, width),
                    config(null).withPrecision(precision),
                    UpdateMode.LAUNCHES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("precision=" + precision + ", required: fp32");
  }

  /** Of narrow hidden layers: weights alone take 94 KB, eight rows 21 more. */
  @ParameterizedTest
  @CsvSource({"120, false", "110, true"})
  void networksThatDoNotFitAreComputedAsWideOnes(int kilobytes, boolean wide) {
    FakeDriver.set("shared_memory", (long) kilobytes << 10);
    try (var fixture =
        fixture(
            Backend.CUDA,
            Distribution.GAUSSIAN,
            Activation.TANH,
            List.of(100, 100),
            config(null),
            UpdateMode.LAUNCHES)) {
      FakeDriver.reset();
      fixture.ppo.update(1e-3);
      assertThat(FakeDriver.count("enqueued") > 0).isEqualTo(wide);
    }
  }

  @Test
  void tooLittleMemoryIsSaidAndNothingIsLeft() {
    for (int allocation = 1; allocation <= 8; allocation++) {
      FakeDriver.set("fail_allocation", allocation);
      assertThatThrownBy(() -> fixture(UpdateMode.LAUNCHES, null))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
      FakeDriver.reset();
      FakeDriver.assertNothingAlive();
    }
  }
}
