package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.ParameterTensor;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;

/** Gradients against finite differences of the losses, for all policies. */
abstract class AbstractGradientTest {
  // large enough that rounding of the loss, 1e-7 of some units, is small beside its change
  private static final float STEP = 4e-3f;

  private final Backend backend;

  AbstractGradientTest(Backend backend) {
    this.backend = backend;
  }

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, TANH, true, 0",
    "GAUSSIAN, TANH, false, 0.1",
    "STATE_GAUSSIAN, TANH, true, 0.1",
    "CATEGORICAL, TANH, true, 0.1",
    "GAUSSIAN, RELU, true, 0.1",
    "STATE_GAUSSIAN, TANH, false, 0"
  })
  void gradientsAreThoseOfTheLoss(
      Distribution distribution, Activation activation, boolean clipVloss, double entCoef) {
    var sizes = new UpdateFixture.Sizes(10, 5, 5, 3, List.of(9, 18));
    check(
        config ->
            new UpdateFixture(
                    backend, distribution, activation, sizes, 1, GaeConfig.DEFAULTS, config)
                .fill(8),
        clipVloss,
        entCoef,
        backend + " " + distribution);
  }

  /** Compares the gradients of an update of 50 rows with differences of its losses. */
  static void check(
      Function<UpdateConfig, UpdateFixture> filled,
      boolean clipVloss,
      double entCoef,
      String what) {
    // a learning rate of 0 leaves the parameters as they are
    var config =
        new UpdateConfig(
            0,
            1e-5,
            1,
            1,
            AdvantageNormalization.BATCH,
            0.2,
            clipVloss,
            entCoef,
            0.5,
            0.5,
            null,
            Precision.FP32);
    try (var fixture = filled.apply(config)) {
      fixture.ppo.update(0);
      float[] gradients = fixture.insides.gradients();
      FloatSlab parameters = fixture.ppo.parameters();
      int outliers = 0;
      int checked = 0;
      for (ParameterTensor tensor : fixture.policy.tensors()) {
        for (long i = tensor.offset(); i < tensor.offset() + 3; i++) {
          float value = parameters.get(i);
          double difference =
              (loss(fixture, config, i, value + STEP) - loss(fixture, config, i, value - STEP))
                  / (2.0 * STEP);
          parameters.set(i, value);
          // third derivatives are of the order of the gradient: STEP^2 = 2e-5 of some units, and
          // rounding 2e-7 / STEP
          double tolerance = 4e-4 + 2e-3 * Math.abs(difference);
          outliers += Math.abs(gradients[(int) i] - difference) > tolerance ? 1 : 0;
          checked++;
        }
      }
      // the loss has kinks, at clips and in relu: a difference may straddle one of some row
      System.out.printf("%s: %d of %d off%n", what, outliers, checked);
      assertThat(outliers).isLessThanOrEqualTo(checked / 10);
    }
  }

  private static double loss(UpdateFixture fixture, UpdateConfig config, long at, float value) {
    fixture.ppo.parameters().set(at, value);
    fixture.ppo.update(0);
    UpdateDiagnostics diagnostics = fixture.ppo.diagnostics();
    return diagnostics.policyLoss()
        - config.entCoef() * diagnostics.entropy()
        + config.vfCoef() * diagnostics.valueLoss();
  }
}
