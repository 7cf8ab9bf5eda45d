package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stride.cuda.AnyDevice;
import stride.learn.UpdateMode;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicySpec.Distribution;

/**
 * The least update in which every kernel of training runs and minibatches follow one another, of
 * Hopper's networks: short enough for NVIDIA's compute-sanitizer and Nsight Compute, under which
 * kernels take a hundred times as long.
 */
@Tag("gpu")
final class CudaTwoMinibatchesTest {
  @BeforeEach
  void start() {
    AnyDevice.start();
  }

  @AfterEach
  void nothingIsLeft() {
    AnyDevice.end();
  }

  @ParameterizedTest
  @EnumSource(
      value = UpdateMode.class,
      names = {"CLUSTER", "PERSISTENT", "LAUNCHES"})
  void learnsSomethingFinite(UpdateMode mode) {
    var sizes = new UpdateFixture.Sizes(128, 4, 11, 3, List.of(64, 64));
    try (var fixture =
        new UpdateFixture(
                Backend.CUDA,
                Distribution.GAUSSIAN,
                Activation.TANH,
                sizes,
                1,
                GaeConfig.DEFAULTS,
                UpdateConfig.DEFAULTS.withMinibatches(2, 1),
                mode)
            .fill(1)) {
      float[] before = parameters(fixture);
      fixture.ppo.update(1e-3);
      float[] after = parameters(fixture);
      assertThat(after).isNotEqualTo(before);
      for (float parameter : after) {
        assertThat(parameter).isFinite();
      }
    }
  }

  private static float[] parameters(UpdateFixture fixture) {
    return ((FloatSlab) fixture.ppo.state().get("parameters")).toArray();
  }
}
