package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.cuda.AnyDevice;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;

/** Updates with products on the tensor cores, held to what fp32 is held to. */
@Tag("gpu")
@Tag("long") // a minute on the emulation; test-kernels proves the same products
final class CudaTensorCoreUpdateTest extends AbstractUpdateTest {
  CudaTensorCoreUpdateTest() {
    super(Backend.CUDA, Precision.TF32X3);
  }

  @BeforeAll
  static void needsADevice() {
    AnyDevice.require();
  }

  /** Widths with edges in every tile, and rows of which the last chunk lacks some. */
  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, TANH, 3, 64, 64",
    "GAUSSIAN, RELU, 18, 21, 70",
    "STATE_GAUSSIAN, TANH, 9, 128, 5",
    "CATEGORICAL, TANH, 2, 33, 100"
  })
  void gradientsAreNearlyThoseOfTheCpu(
      Distribution distribution, Activation activation, int actions, int first, int second) {
    var sizes = new UpdateFixture.Sizes(31, 7, 29, actions, List.of(first, second));
    UpdateConfig config = UpdateFixture.once();
    try (var cpu = fixture(Backend.CPU, distribution, activation, sizes, config);
        var exact = fixture(Backend.CUDA, distribution, activation, sizes, config);
        var cores =
            fixture(
                Backend.CUDA,
                distribution,
                activation,
                sizes,
                config.withPrecision(Precision.TF32X3))) {
      cpu.ppo.update(1e-3);
      exact.ppo.update(1e-3);
      cores.ppo.update(1e-3);
      double difference = difference(cores, cpu);
      double ofFp32 = difference(exact, cpu);
      System.out.printf(
          "%s, tf32x3: gradient within %.1e of the CPU's, fp32 within %.1e%n",
          distribution, difference, ofFp32);
      // products within 2^-21, and cut off: measured 1.9 times those of fp32; by tf32 alone 1e-4
      assertThat(difference).isLessThan(4 * ofFp32 + 1e-7).isLessThan(2e-5);
      assertThat(cores.insides.gradients()).isNotEqualTo(exact.insides.gradients());
    }
  }

  private static UpdateFixture fixture(
      Backend backend,
      Distribution distribution,
      Activation activation,
      UpdateFixture.Sizes sizes,
      UpdateConfig config) {
    return new UpdateFixture(
            backend, distribution, activation, sizes, 1, GaeConfig.DEFAULTS, config)
        .fill(9);
  }

  private static double difference(UpdateFixture got, UpdateFixture want) {
    return UpdateFixture.largestDifference(got.insides.gradients(), want.insides.gradients());
  }
}
