package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.LongSlab;
import stride.nn.Backend;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;

/** Where an update ends that has a target for the KL divergence. */
@Tag("vector")
class KlStopTest {
  private static final int MINIBATCHES = 8;
  private static final int EPOCHS = 3;
  private static final double NO_STEP = 1e-12; // the old log-probabilities are not the policy's

  private static UpdateFixture fixture(Backend backend, int threads, double target, KlStop stop) {
    var config =
        new UpdateConfig(
            1e-3,
            1e-5,
            MINIBATCHES,
            EPOCHS,
            AdvantageNormalization.MINIBATCH,
            0.2,
            false,
            0,
            0.5,
            0.5,
            target,
            Precision.FP32,
            new EpochRules(false, stop));
    var sizes = new UpdateFixture.Sizes(40, 20, 5, 3, List.of(9, 18));
    return new UpdateFixture(
            backend, Distribution.GAUSSIAN, sizes, threads, GaeConfig.DEFAULTS, config)
        .fill(5);
  }

  private static long steps(UpdateFixture fixture) {
    return ((LongSlab) fixture.ppo.state().get("update_counters")).get(0);
  }

  @ParameterizedTest
  @EnumSource(names = {"REFERENCE", "CPU"})
  void aMinibatchStopsBeforeItsStepBeyondOneAndAHalf(Backend backend) {
    try (var none = fixture(backend, 2, NO_STEP, KlStop.MINIBATCH)) {
      float[] parameters = none.ppo.parameters().toArray();
      none.ppo.update(1e-3);
      assertThat(steps(none)).isZero();
      assertThat(none.ppo.parameters().toArray()).isEqualTo(parameters);
      double first = none.ppo.diagnostics().approxKl();
      assertThat(first).isPositive();
      try (var below = fixture(backend, 1, first / 1.5 * 0.999, KlStop.MINIBATCH);
          var above = fixture(backend, 1, first / 1.5 * 1.001, KlStop.MINIBATCH)) {
        below.ppo.update(1e-3);
        above.ppo.update(1e-3);
        assertThat(steps(below)).isZero();
        assertThat(steps(above)).isPositive();
      }
    }
  }

  @Test
  void anEpochStopsAfterAllItsSteps() {
    try (var epoch = fixture(Backend.CPU, 1, NO_STEP, KlStop.EPOCH)) {
      epoch.ppo.update(1e-3);
      assertThat(steps(epoch)).isEqualTo(MINIBATCHES);
      assertThat(epoch.ppo.diagnostics().epochs()).isEqualTo(1);
    }
  }

  /** An update that ends in the midst of an epoch, and those that follow it. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void bitsDoNotDependOnThreads(int threads) {
    final double target = 0.03; // between those of minibatches at this learning rate
    try (var one = fixture(Backend.CPU, 1, target, KlStop.MINIBATCH);
        var several = fixture(Backend.CPU, threads, target, KlStop.MINIBATCH)) {
      boolean within = false;
      for (int update = 0; update < 5; update++) {
        long before = steps(one);
        one.ppo.update(1e-2);
        several.ppo.update(1e-2);
        long taken = steps(one) - before;
        within |= taken % MINIBATCHES != 0;
        assertThat(steps(several)).isEqualTo(steps(one));
        assertThat(several.ppo.parameters().sameBits(one.ppo.parameters())).isTrue();
      }
      assertThat(within).as("an update ended within an epoch").isTrue();
    }
  }
}
