package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.learn.UpdateMode;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;
import stride.ppo.cuda.CudaPpoBackend;

@Tag("vector")
final class VectorSharedBackboneTest extends AbstractSharedBackboneTest {
  VectorSharedBackboneTest() {
    super(Backend.CPU);
  }

  /** The twins beside each other, at sizes that fit no vector. */
  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, TANH, 11",
    "STATE_GAUSSIAN, TANH, 63",
    "CATEGORICAL, RELU, 35",
  })
  void gradientsOfTheTwinsAgree(Distribution distribution, Activation activation, int rows) {
    PolicySpec spec = spec(distribution, activation);
    try (var reference = fixture(Backend.REFERENCE, spec, rows).fill(11);
        var cpu = fixture(Backend.CPU, spec, rows).fill(11)) {
      reference.ppo.update(3e-4);
      cpu.ppo.update(3e-4);
      // three layers whose tanh differs by 3e-7, forward and back
      assertThat(
              UpdateFixture.largestDifference(
                  cpu.insides.gradients(), reference.insides.gradients()))
          .isLessThan(1e-5);
    }
  }

  private static UpdateFixture fixture(Backend backend, PolicySpec spec, int rows) {
    return new UpdateFixture(
        backend, spec, rows, 1, 1, GaeConfig.DEFAULTS, UpdateFixture.once(), UpdateMode.LAUNCHES);
  }

  @Test
  void aDeviceHasNone() {
    PolicySpec spec = spec(Distribution.GAUSSIAN, Activation.TANH);
    try (var fixture = fixture(Backend.CPU, spec, 16)) {
      assertThatThrownBy(
              () ->
                  new CudaPpoBackend(
                      fixture.rollout,
                      fixture.policy,
                      fixture.team,
                      GaeConfig.DEFAULTS,
                      UpdateFixture.once(),
                      UpdateFixture.SEED,
                      UpdateMode.LAUNCHES))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("shared_backbone=true, required: false for backend=cuda");
    }
  }
}
