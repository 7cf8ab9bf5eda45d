package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.learn.Backends;
import stride.nn.Backend;
import stride.nn.PolicyInference;
import stride.nn.PolicySpec.Distribution;

/** Two epochs with advantages anew are two updates of one, with values and advantages between. */
@Tag("vector")
class FreshAdvantagesTest {
  @ParameterizedTest
  @CsvSource({
    "REFERENCE, MINIBATCH, 1",
    "REFERENCE, BATCH, 2",
    "CPU, MINIBATCH, 1",
    "CPU, BATCH, 2",
    "CPU, BATCH, 3",
    "CPU, NONE, 3"
  })
  void theSecondEpochLearnsFromValuesOfTheFirst(
      Backend backend, AdvantageNormalization normalization, int threads) {
    try (var together = fixture(backend, normalization, threads, 2, true);
        var apart = fixture(backend, normalization, 1, 1, false);
        var stale = fixture(backend, normalization, 1, 2, false)) {
      together.ppo.update(1e-3);
      apart.ppo.update(1e-3);
      try (var inference =
          new PolicyInference(apart.policy, Backends.kernels(backend), UpdateFixture.SEED)) {
        int rows = (int) apart.rollout.values().length();
        inference.values(
            apart.ppo.parameters(),
            apart.rollout.observations(),
            0,
            rows,
            apart.rollout.values(),
            0);
      }
      apart.ppo.computeGae();
      apart.ppo.update(1e-3);
      stale.ppo.update(1e-3);
      assertThat(together.rollout.values().sameBits(apart.rollout.values())).isTrue();
      assertThat(together.ppo.parameters().sameBits(apart.ppo.parameters())).isTrue();
      assertThat(stale.ppo.parameters().sameBits(apart.ppo.parameters())).isFalse();
      assertThat(together.ppo.diagnostics().epochs()).isEqualTo(2);
    }
  }

  private static UpdateFixture fixture(
      Backend backend,
      AdvantageNormalization normalization,
      int threads,
      int epochs,
      boolean recompute) {
    UpdateConfig usual = UpdateConfig.DEFAULTS;
    var config =
        new UpdateConfig(
            usual.learningRate(),
            usual.adamEps(),
            4,
            epochs,
            normalization,
            usual.clipCoef(),
            true,
            0.01,
            usual.vfCoef(),
            usual.maxGradNorm(),
            null,
            usual.precision(),
            new EpochRules(recompute, KlStop.EPOCH));
    var sizes = new UpdateFixture.Sizes(12, 20, 5, 3, List.of(9, 18));
    return new UpdateFixture(
            backend, Distribution.GAUSSIAN, sizes, threads, GaeConfig.DEFAULTS, config)
        .fill(4);
  }
}
