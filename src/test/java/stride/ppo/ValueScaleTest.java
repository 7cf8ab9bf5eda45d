package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.PolicySpec.Distribution;

/** Values in units of the deviation of returns. */
@Tag("vector")
class ValueScaleTest {
  private static final GaeConfig PLAIN = new GaeConfig(0.99, 0.95, true);
  private static final GaeConfig NORMALIZED = new GaeConfig(0.99, 0.95, true, true);

  private static UpdateFixture fixture(Backend backend, GaeConfig gae) {
    var sizes = new UpdateFixture.Sizes(30, 17, 5, 3, List.of(9, 18));
    return new UpdateFixture(
            backend,
            Distribution.GAUSSIAN,
            sizes,
            2,
            gae,
            UpdateConfig.DEFAULTS.withMinibatches(2, 1))
        .fill(6);
  }

  private static double variance(UpdateFixture fixture) {
    return ((DoubleSlab) fixture.ppo.state().get("value_statistics")).get(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"REFERENCE", "CPU"})
  void estimatesAreThoseOfValuesTimesTheDeviation(Backend backend) {
    try (var scaled = fixture(backend, NORMALIZED);
        var plain = fixture(backend, PLAIN)) {
      // the deviation was 1 until now
      assertThat(scaled.insides.advantages()).isEqualTo(plain.insides.advantages());
      double deviation = Math.sqrt(variance(scaled) + 1e-8);
      assertThat(deviation).isBetween(1.5, 10.0);
      multiply(plain.rollout.values(), deviation);
      multiply(plain.rollout.truncatedValues(), deviation);
      plain.ppo.computeGae();
      scaled.ppo.computeGae();
      assertThat(scaled.rollout.rewards().sameBits(plain.rollout.rewards())).isTrue();
      for (int row = 0; row < plain.rows; row++) {
        assertThat((double) scaled.insides.advantages()[row])
            .isCloseTo(plain.insides.advantages()[row], within(2e-5));
        assertThat(scaled.insides.returns()[row] * deviation)
            .isCloseTo(plain.insides.returns()[row], within(2e-5));
      }
    }
  }

  private static void multiply(FloatSlab slab, double by) {
    for (long k = 0; k < slab.length(); k++) {
      slab.set(k, (float) (slab.get(k) * by));
    }
  }

  /** Of the returns as they are, whatever units they were estimated in. */
  @Test
  void theDeviationIsThatOfAllReturnsSoFar() {
    try (var scaled = fixture(Backend.CPU, NORMALIZED)) {
      double first = variance(scaled);
      float[] returns = scaled.insides.returns();
      assertThat(first).isCloseTo(variance(returns), within(1e-3 * first));
      scaled.rollout.diverged().set(5, (byte) 1);
      scaled.ppo.computeGae();
      DoubleSlab state = (DoubleSlab) scaled.ppo.state().get("value_statistics");
      assertThat(state.get(2)).isCloseTo(1e-4 + 2 * scaled.rows - 1, within(1e-9));
    }
  }

  private static double variance(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += value / (double) values.length;
    }
    double variance = 0;
    for (float value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    return variance;
  }

  @Test
  void theDeviationIsPartOfTheState() {
    try (var whole = fixture(Backend.CPU, NORMALIZED);
        var resumed = fixture(Backend.CPU, NORMALIZED);
        var plain = fixture(Backend.CPU, PLAIN)) {
      assertThat(plain.ppo.state()).doesNotContainKey("value_statistics");
      whole.ppo.computeGae();
      whole.ppo.update(1e-3);
      resumed.ppo.restore(whole.ppo.state());
      whole.ppo.computeGae();
      resumed.ppo.computeGae();
      assertThat(resumed.insides.advantages()).isEqualTo(whole.insides.advantages());
      assertThat(resumed.insides.returns()).isEqualTo(whole.insides.returns());
    }
  }
}
