package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Are first states drawn as Gymnasium draws them, and from nothing but seed, environment, episode?
 */
class ResetTest {
  private static final int ENVS = 2000;

  /** Coordinate k of all environments, just reset, less the model's own. */
  private static double[] noise(Harness env, int k, double center) {
    double[] noise = new double[ENVS];
    for (int row = 0; row < ENVS; row++) {
      noise[row] = env.rows().coordinate(row, k) - center;
    }
    return noise;
  }

  @ParameterizedTest
  @CsvSource({
    // the height of the bodies that have one is coordinate 1
    "Hopper-v5, 12, 1.25, 0.005",
    "Walker2d-v5, 18, 1.25, 0.005",
    "InvertedPendulum-v5, 4, 0, 0.01",
    "CartPole-v1, 4, 0, 0.05",
    "HalfCheetah-v5, 9, 0, 0.1",
  })
  void noiseIsUniformAndFillsItsBounds(String task, int coordinates, double height, double bound) {
    try (Harness env = new Harness(task, ENVS)) {
      env.reset();
      for (int k = 0; k < coordinates; k++) {
        double[] noise = noise(env, k, k == 1 ? height : 0);
        assertThat(Arrays.stream(noise).map(Math::abs).max().orElseThrow())
            .isLessThanOrEqualTo(bound * (1 + 1e-12));
        // 2000 numbers: the extremes are within 1 % of the bounds but once in e^10
        assertThat(Arrays.stream(noise).max().orElseThrow()).isGreaterThan(0.99 * bound);
        assertThat(Arrays.stream(noise).min().orElseThrow()).isLessThan(-0.99 * bound);
        // standard error of the mean: bound / sqrt(3 * 2000) = 0.013 bound
        assertThat(Arrays.stream(noise).average().orElseThrow()).isCloseTo(0, within(0.06 * bound));
      }
    }
  }

  @Test
  void theCheetahsVelocitiesAreNormal() {
    try (Harness env = new Harness("HalfCheetah-v5", ENVS)) {
      env.reset();
      for (int k = 9; k < 18; k++) {
        double[] noise = noise(env, k, 0);
        double variance = Arrays.stream(noise).map(v -> v * v).average().orElseThrow();
        assertThat(Math.sqrt(variance)).isCloseTo(0.1, within(0.008)); // 5 standard errors
        long beyond = Arrays.stream(noise).filter(v -> Math.abs(v) > 0.1).count();
        assertThat((double) beyond / ENVS).isCloseTo(0.317, within(0.05)); // 5 standard errors
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "HalfCheetah-v5", "CartPole-v1"})
  void dependsOnSeedEnvironmentAndEpisodeAlone(String task) {
    try (Harness all = new Harness(task, 0, 8, 5, ShardOptions.DEFAULTS);
        Harness some = new Harness(task, 5, 3, 5, ShardOptions.DEFAULTS);
        Harness otherSeed = new Harness(task, 5, 3, 6, ShardOptions.DEFAULTS)) {
      all.reset();
      some.reset();
      otherSeed.reset();
      float[] first = all.obsRow(5);
      assertThat(some.obsRow(0)).containsExactly(first);
      assertThat(some.obsRow(2)).containsExactly(all.obsRow(7));
      assertThat(some.obsRow(1)).isNotEqualTo(first);
      assertThat(otherSeed.obsRow(0)).isNotEqualTo(first);

      all.reset();
      some.reset();
      assertThat(some.obsRow(0)).containsExactly(all.obsRow(5)).isNotEqualTo(first);
    }
  }
}
