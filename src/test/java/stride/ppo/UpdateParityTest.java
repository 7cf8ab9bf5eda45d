package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;

/** The twins beside each other, at sizes that fit no vector. */
@Tag("vector")
final class UpdateParityTest {
  // three layers whose tanh differs by 3e-7, forward and back, for gradients of at most some units
  private static final double GRADIENT = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, 3, 17, 65, 11, TANH, true",
    "GAUSSIAN, 17, 65, 1, 3, TANH, false",
    "STATE_GAUSSIAN, 6, 64, 64, 7, TANH, true",
    "STATE_GAUSSIAN, 9, 5, 33, 63, TANH, true",
    "CATEGORICAL, 2, 64, 64, 64, TANH, true",
    "CATEGORICAL, 18, 7, 130, 35, RELU, false"
  })
  void gradientsAgree(
      Distribution distribution,
      int actions,
      int first,
      int second,
      int rows,
      Activation activation,
      boolean clipVloss) {
    var config =
        new UpdateConfig(
            3e-4,
            1e-5,
            1,
            1,
            AdvantageNormalization.MINIBATCH,
            0.2,
            clipVloss,
            0.01,
            0.5,
            0.5,
            null,
            Precision.FP32);
    var sizes = new UpdateFixture.Sizes(rows, 1, 11, actions, List.of(first, second));
    try (var reference = fixture(Backend.REFERENCE, distribution, activation, sizes, config);
        var cpu = fixture(Backend.CPU, distribution, activation, sizes, config)) {
      reference.ppo.update(3e-4);
      cpu.ppo.update(3e-4);
      double worst = worst(cpu.insides.gradients(), reference.insides.gradients());
      System.out.printf("parity of gradients: at most %.1e of %.1e%n", worst, GRADIENT);
      assertThat(worst).isLessThan(GRADIENT);
      assertClose(cpu.ppo.diagnostics(), reference.ppo.diagnostics());
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
        .fill(11);
  }

  private static double worst(float[] got, float[] want) {
    double worst = 0;
    for (int i = 0; i < got.length; i++) {
      worst = Math.max(worst, Math.abs(got[i] - want[i]));
    }
    return worst;
  }

  private static void assertClose(UpdateDiagnostics got, UpdateDiagnostics want) {
    var wanted = want.tagged();
    got.tagged()
        .forEach(
            (tag, value) ->
                assertThat(Math.abs(value - wanted.get(tag)))
                    .as(tag)
                    .isLessThanOrEqualTo(1e-5 * (1 + Math.abs(wanted.get(tag)))));
  }
}
