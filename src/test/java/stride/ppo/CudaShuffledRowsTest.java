package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stride.cuda.AnyDevice;
import stride.cuda.FakeDriver;
import stride.learn.UpdateMode;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicySpec.Distribution;

/**
 * The minibatches of updates on a device, whose orders are shuffled while it works on the update
 * before, are those of the CPU, which shuffles when an update begins. A wrong order moves the
 * parameters by about the learning rate.
 */
final class CudaShuffledRowsTest {
  private static final double LEARNING_RATE = 1e-3;
  private static final double PARAMETER = 1e-5; // as in CudaWideTest; measured 1.2e-7

  @BeforeEach
  void start() {
    AnyDevice.start();
  }

  @AfterEach
  void nothingIsLeft() {
    AnyDevice.end();
  }

  private static UpdateFixture fixture(Backend backend, UpdateMode mode, Double targetKl) {
    var sizes = new UpdateFixture.Sizes(24, 5, 11, 3, List.of(17, 65)); // 120 rows
    var config = AbstractUpdateTest.config(4, 3, AdvantageNormalization.MINIBATCH, targetKl);
    return new UpdateFixture(
            backend,
            Distribution.GAUSSIAN,
            Activation.TANH,
            sizes,
            2,
            GaeConfig.DEFAULTS,
            config,
            mode)
        .fill(1);
  }

  /** Sets how many rows diverged, the last ones, and learns. */
  private static void update(UpdateFixture fixture, int diverged) {
    fixture.rollout.diverged().clear();
    for (int row = fixture.rows - diverged; row < fixture.rows; row++) {
      fixture.rollout.diverged().set(row, (byte) 1);
    }
    fixture.ppo.computeGae();
    fixture.ppo.update(LEARNING_RATE);
  }

  private static void assertSame(UpdateFixture cuda, UpdateFixture cpu, String when) {
    float[] got = cuda.ppo.parameters().toArray();
    float[] want = cpu.ppo.parameters().toArray();
    double worst = 0;
    for (int i = 0; i < got.length; i++) {
      worst = Math.max(worst, Math.abs(got[i] - want[i]));
    }
    assertThat(worst).as(when).isLessThan(PARAMETER);
    assertThat(cuda.ppo.diagnostics().rows()).as(when).isEqualTo(cpu.ppo.diagnostics().rows());
    assertThat(cuda.ppo.diagnostics().epochs()).as(when).isEqualTo(cpu.ppo.diagnostics().epochs());
  }

  @ParameterizedTest
  @CsvSource({"0 0 0 0", "3 1 2 2", "0 2 0 0 1 1 0", "120 0 119 0"})
  @Tag("gpu")
  void areThoseOfTheCpuWhateverDiverged(String diverged) {
    try (var cpu = fixture(Backend.CPU, UpdateMode.LAUNCHES, null);
        var cuda = fixture(Backend.CUDA, UpdateMode.LAUNCHES, null)) {
      for (String rows : diverged.split(" ", -1)) {
        update(cpu, Integer.parseInt(rows));
        update(cuda, Integer.parseInt(rows));
        assertSame(cuda, cpu, rows + " of " + diverged);
      }
    }
  }

  /** An update that stops early is followed by the one of the next number all the same. */
  @Test
  @Tag("gpu")
  void areThoseOfTheCpuBehindAnUpdateThatStopped() {
    try (var cpu = fixture(Backend.CPU, UpdateMode.LAUNCHES, 1e-9);
        var cuda = fixture(Backend.CUDA, UpdateMode.LAUNCHES, 1e-9)) {
      for (int number = 0; number < 4; number++) {
        update(cpu, 0);
        update(cuda, 0);
        assertThat(cuda.ppo.diagnostics().epochs()).isEqualTo(1);
        assertSame(cuda, cpu, "update " + number);
      }
    }
  }

  /** After two updates goes on from none, and then from three. */
  @Test
  @Tag("gpu")
  void areThoseOfTheCpuBehindARestore() {
    try (var cpu = fixture(Backend.CPU, UpdateMode.LAUNCHES, null);
        var cuda = fixture(Backend.CUDA, UpdateMode.LAUNCHES, null);
        var fresh = fixture(Backend.CPU, UpdateMode.LAUNCHES, null);
        var ahead = fixture(Backend.CPU, UpdateMode.LAUNCHES, null)) {
      for (int number = 0; number < 3; number++) {
        update(ahead, 0);
      }
      update(cuda, 0);
      update(cuda, 0);
      for (UpdateFixture other : List.of(fresh, ahead)) {
        cpu.ppo.restore(other.ppo.state());
        cuda.ppo.restore(other.ppo.state());
        for (int diverged : List.of(0, 1, 0)) {
          update(cpu, diverged);
          update(cuda, diverged);
          assertSame(cuda, cpu, "restored, " + diverged + " diverged");
        }
      }
    }
  }

  /** The next orders are not written over those that the device has yet to fetch. */
  @ParameterizedTest
  @EnumSource(
      value = UpdateMode.class,
      names = {"LAUNCHES", "GRAPH", "PERSISTENT"})
  void waitUntilTheDeviceHasTheLast(UpdateMode mode) {
    try (var cpu = fixture(Backend.CPU, UpdateMode.LAUNCHES, null);
        var cuda = fixture(Backend.CUDA, mode, null)) {
      for (int number = 0; number < 3; number++) {
        update(cpu, 0);
        FakeDriver.set("delay_us", 2000); // before each operation, also the first copy
        update(cuda, 0);
        FakeDriver.reset();
        assertSame(cuda, cpu, "update " + number);
      }
    }
  }
}
