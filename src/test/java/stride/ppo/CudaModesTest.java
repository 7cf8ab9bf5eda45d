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
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;
import stride.ppo.cuda.CudaPpoBackend;

/** The four ways of an update on a device, counted and compared. */
final class CudaModesTest {
  private static final int EPOCHS = 3;
  private static final int MINIBATCHES = 4;

  @BeforeEach
  void start() {
    AnyDevice.start();
  }

  @AfterEach
  void nothingIsLeft() {
    AnyDevice.end();
  }

  private static UpdateFixture fixture(
      Distribution distribution, UpdateMode mode, Double targetKl) {
    return fixture(distribution, mode, targetKl, Precision.FP32);
  }

  private static UpdateFixture fixture(
      Distribution distribution, UpdateMode mode, Double targetKl, Precision precision) {
    var sizes = new UpdateFixture.Sizes(24, 5, 11, 3, List.of(17, 65));
    return new UpdateFixture(
        Backend.CUDA,
        distribution,
        Activation.TANH,
        sizes,
        2,
        GaeConfig.DEFAULTS,
        AbstractUpdateTest.config(MINIBATCHES, EPOCHS, AdvantageNormalization.MINIBATCH, targetKl)
            .withPrecision(precision),
        mode);
  }

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, GRAPH, FP32",
    "STATE_GAUSSIAN, PERSISTENT, FP32",
    "CATEGORICAL, CLUSTER, FP32",
    "GAUSSIAN, PERSISTENT, TF32X3"
  })
  @Tag("gpu")
  void allWaysGiveTheSameBits(Distribution distribution, UpdateMode mode, Precision precision) {
    assertSameBits(distribution, mode, precision);
  }

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, PERSISTENT, FP32",
    "GAUSSIAN, CLUSTER, FP32",
    "CATEGORICAL, GRAPH, FP32",
    "CATEGORICAL, PERSISTENT, FP32",
    "GAUSSIAN, GRAPH, TF32X3",
    "GAUSSIAN, CLUSTER, TF32X3",
    "CATEGORICAL, CLUSTER, TF32X3"
  })
  @Tag("gpu")
  @Tag("long") // each way, head and precision is met above, in other company
  void otherMixesGiveTheSameBits(Distribution distribution, UpdateMode mode, Precision precision) {
    assertSameBits(distribution, mode, precision);
  }

  private static void assertSameBits(
      Distribution distribution, UpdateMode mode, Precision precision) {
    try (var plain = fixture(distribution, UpdateMode.LAUNCHES, null, precision).fill(1);
        var other = fixture(distribution, mode, null, precision).fill(1)) {
      for (int k = 0; k < 3; k++) {
        plain.ppo.update(1e-3);
        other.ppo.update(1e-3);
        assertSameState(other, plain);
        assertThat(other.ppo.diagnostics()).isEqualTo(plain.ppo.diagnostics());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = UpdateMode.class,
      names = {"GRAPH", "PERSISTENT", "CLUSTER"})
  @Tag("gpu")
  void allWaysStopAtTheTargetKl(UpdateMode mode) {
    try (var plain = fixture(Distribution.GAUSSIAN, UpdateMode.LAUNCHES, 1e-9).fill(1);
        var other = fixture(Distribution.GAUSSIAN, mode, 1e-9).fill(1)) {
      plain.ppo.update(1e-2);
      other.ppo.update(1e-2);
      assertThat(plain.ppo.diagnostics().epochs()).isEqualTo(1);
      assertThat(other.ppo.diagnostics()).isEqualTo(plain.ppo.diagnostics());
      assertSameState(other, plain);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = UpdateMode.class,
      names = {"LAUNCHES", "GRAPH", "PERSISTENT", "CLUSTER"})
  @Tag("gpu")
  void allWaysNoticeWhatIsNotFinite(UpdateMode mode) {
    try (var fixture = fixture(Distribution.GAUSSIAN, mode, null).fill(1)) {
      fixture.rollout.logProbs().set(7, Float.NaN);
      fixture.ppo.computeGae();
      assertThatThrownBy(() -> fixture.ppo.update(1e-3))
          .isInstanceOf(NotFiniteException.class)
          .hasMessageContaining("policy_loss=NaN in minibatch ");
    }
  }

  private static void assertSameState(UpdateFixture got, UpdateFixture want) {
    Map<String, Slab> state = got.ppo.state();
    want.ppo
        .state()
        .forEach((name, slab) -> assertThat(state.get(name).sameBits(slab)).as(name).isTrue());
  }

  /**
   * Copies to the device: rollout, shuffled rows, buffers. Back: buffers. Waits: until the rows are
   * there, at the end.
   */
  @ParameterizedTest
  @CsvSource({
    // moments, then gradient, sum and Adam of each minibatch, then what is explained; and gae
    "LAUNCHES, 39, 0",
    "GRAPH, 1, 1",
    "PERSISTENT, 2, 0",
    "CLUSTER, 2, 0"
  })
  void countsAreAsDerived(UpdateMode mode, int launches, int graphs) {
    assertThat(1 + 3 * EPOCHS * MINIBATCHES + 1 + 1).isEqualTo(39);
    try (var fixture = fixture(Distribution.GAUSSIAN, mode, null).fill(1)) {
      fixture.ppo.update(1e-3); // captures the graph
      FakeDriver.reset();
      fixture.ppo.computeGae();
      fixture.ppo.update(1e-3);
      assertThat(FakeDriver.count("launches")).isEqualTo(launches);
      assertThat(FakeDriver.count("graph_launches")).isEqualTo(graphs);
      assertThat(FakeDriver.count("copies_to_device")).isEqualTo(3);
      assertThat(FakeDriver.count("copies_to_host")).isEqualTo(1);
      assertThat(FakeDriver.count("synchronizations")).isEqualTo(2);
    }
  }

  /** As if the compiler had been told of smaller blocks than the kernel is launched with. */
  @Test
  void aWayWhoseBlocksDoNotFitIsLeftOut() {
    FakeDriver.set("registers:ppo_update", 300);
    String reason =
        "ppo_update: a multiprocessor has no room for a block of 256 threads with 300 registers"
            + " each and ";
    try (var fixture = fixture(Distribution.GAUSSIAN, UpdateMode.AUTO, null)) {
      var ppo = (CudaPpoBackend) fixture.ppo;
      assertThat(ppo.times())
          .containsKeys(UpdateMode.LAUNCHES, UpdateMode.GRAPH)
          .doesNotContainKey(UpdateMode.PERSISTENT);
      assertThat(ppo.note().orElseThrow()).contains("; not persistent: " + reason);
    }
    try (var fixture = fixture(Distribution.GAUSSIAN, UpdateMode.PERSISTENT, null).fill(1)) {
      assertThatThrownBy(() -> fixture.ppo.update(1e-3))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining(reason);
    }
  }

  @Test
  void aKernelWhoseBlocksDoNotFitIsNamed() {
    FakeDriver.set("registers:minibatch_gradient", 300);
    try (var fixture = fixture(Distribution.GAUSSIAN, UpdateMode.LAUNCHES, null).fill(1)) {
      assertThatThrownBy(() -> fixture.ppo.update(1e-3))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("cuLaunchKernel: CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES")
          .hasMessageContaining("minibatch_gradient with LaunchShape[");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = UpdateMode.class,
      names = {"LAUNCHES", "GRAPH", "PERSISTENT", "CLUSTER"})
  void delaysChangeNothing(UpdateMode mode) {
    try (var plain = fixture(Distribution.GAUSSIAN, mode, null).fill(1);
        var delayed = fixture(Distribution.GAUSSIAN, mode, null).fill(1)) {
      plain.ppo.update(1e-3);
      FakeDriver.set("delay_us", 300);
      delayed.ppo.computeGae();
      delayed.ppo.update(1e-3);
      FakeDriver.reset();
      assertSameState(delayed, plain);
    }
  }

  @Test
  void theFastestWayIsFoundWithoutATrace() {
    try (var plain = fixture(Distribution.GAUSSIAN, UpdateMode.LAUNCHES, null).fill(1);
        var chosen = fixture(Distribution.GAUSSIAN, UpdateMode.AUTO, null).fill(1)) {
      plain.ppo.update(1e-3);
      chosen.ppo.update(1e-3);
      assertSameState(chosen, plain);
    }
  }

  @Test
  void tooLittleMemoryIsSaidAndNothingIsLeft() {
    for (int allocation = 1; allocation <= 6; allocation++) {
      FakeDriver.set("fail_allocation", allocation);
      assertThatThrownBy(() -> fixture(Distribution.GAUSSIAN, UpdateMode.LAUNCHES, null))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
      FakeDriver.reset();
      FakeDriver.assertNothingAlive();
    }
  }

  @Test
  void aDeviceThatIsLostInMidUpdateIsSaid() {
    try (var fixture = fixture(Distribution.GAUSSIAN, UpdateMode.LAUNCHES, null).fill(1)) {
      FakeDriver.set("lose_device", 5);
      assertThatThrownBy(() -> fixture.ppo.update(1e-3))
          .isInstanceOfSatisfying(CudaException.class, e -> assertThat(e.deviceLost()).isTrue());
    }
  }
}
