package stride.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Stage;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.PolicyInference;
import stride.parallel.Team;

/** What a rollout leaves in its slabs. */
@Tag("vector")
class RolloutTest {
  private static final int N = 5;
  private static final int T = 50;

  private static RolloutConfig raw(int numEnvs, int numSteps) {
    return new RolloutConfig(
        numEnvs,
        numSteps,
        RolloutFixture.SEED,
        Stepping.SHARDED,
        0.99,
        false,
        false,
        StatsUpdate.ROLLOUT,
        0,
        false);
  }

  @Test
  void actionsAreTheUnclippedOnesAndReproduceTheRewards() {
    try (var fixture = new RolloutFixture("Hopper-v5", 2, raw(N, T));
        var shard = new Shard(fixture.task, 0, N, RolloutFixture.SEED, ShardOptions.DEFAULTS)) {
      RolloutSlabs slabs = fixture.collect();
      float largest = 0;
      for (float action : slabs.actions().toArray()) {
        largest = Math.max(largest, Math.abs(action));
      }
      assertThat(largest).isGreaterThan(1);

      // the same actions through a shard of its own: same rewards, same observations
      int stride = fixture.policy.inputStride();
      var obs = FloatSlab.allocate(fixture.arena, T + 1, N, stride);
      var outputs = outputs(fixture, obs, stride);
      shard.reset(obs, 0, stride);
      for (int t = 0; t < T; t++) {
        shard.act(slabs.actions(), (long) t * N * 3);
        shard.advance();
        shard.finish(outputs, (t + 1L) * N * stride, (long) t * N);
      }
      assertThat(slabs.rewards().sameBits(outputs.rewards())).isTrue();
      assertThat(slabs.terminated().sameBits(outputs.terminated())).isTrue();
      assertThat(slabs.observations().sameBits(obs)).isTrue();
    }
  }

  private static StepOutputs outputs(RolloutFixture fixture, FloatSlab obs, int stride) {
    return new StepOutputs(
        obs,
        stride,
        FloatSlab.allocate(fixture.arena, T, N),
        ByteSlab.allocate(fixture.arena, T, N),
        ByteSlab.allocate(fixture.arena, T, N),
        ByteSlab.allocate(fixture.arena, T, N));
  }

  @Test
  void nextRolloutBeginsWhereTheLastEnded() {
    try (var fixture =
        new RolloutFixture("HalfCheetah-v5", 2, RolloutFixture.config(N, T, Stepping.SHARDED))) {
      int row = N * fixture.policy.inputStride();
      FloatSlab obs = fixture.collect().observations();
      float[] last = Arrays.copyOfRange(obs.toArray(), T * row, (T + 1) * row);
      fixture.collect();
      float[] first = Arrays.copyOfRange(obs.toArray(), 0, row);
      assertThat(first).isEqualTo(last);
    }
  }

  @Test
  void valuesAreTheCriticsOfEveryObservation() {
    try (var fixture =
            new RolloutFixture("Hopper-v5", 3, RolloutFixture.config(N, T, Stepping.SHARDED));
        var inference = new PolicyInference(fixture.policy, Backends.kernels(Backend.CPU), 0)) {
      RolloutSlabs slabs = fixture.collect();
      var expected = FloatSlab.allocate(fixture.arena, T + 1, N);
      inference.values(fixture.parameters, slabs.observations(), 0, (T + 1) * N, expected, 0);
      assertThat(slabs.values().sameBits(expected)).isTrue();
    }
  }

  /** Those of a shared backbone come with the actions, but for the last observations. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void soAreThoseOfASharedBackbone(int threads) {
    try (var fixture =
            RolloutFixture.shared(
                "Hopper-v5", threads, RolloutFixture.config(N, T, Stepping.SHARDED));
        var inference = new PolicyInference(fixture.policy, Backends.kernels(Backend.CPU), 0)) {
      for (int k = 0; k < 2; k++) {
        RolloutSlabs slabs = fixture.collect();
        var expected = FloatSlab.allocate(fixture.arena, T + 1, N);
        inference.values(fixture.parameters, slabs.observations(), 0, (T + 1) * N, expected, 0);
        assertThat(slabs.values().sameBits(expected)).isTrue();
        assertThat(slabs.values().get(0)).isNotZero();
      }
    }
  }

  /** HalfCheetah never terminates: 1000 steps, then truncation in all environments at once. */
  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "2, true"})
  void truncatedEpisodesBootstrapFromTheirOwnLastObservation(int threads, boolean shared) {
    int horizon = 2100;
    String task = "HalfCheetah-v5";
    try (var fixture =
            shared
                ? RolloutFixture.shared(task, threads, raw(2, horizon))
                : new RolloutFixture(task, threads, raw(2, horizon));
        var inference = new PolicyInference(fixture.policy, Backends.kernels(Backend.CPU), 0)) {
      RolloutSlabs slabs = fixture.collect();
      var value = FloatSlab.allocate(fixture.arena, 1);
      for (int t = 0; t < horizon; t++) {
        for (int env = 0; env < 2; env++) {
          long row = 2L * t + env;
          boolean end = t == 999 || t == 1999;
          assertThat(slabs.truncated().get(row)).isEqualTo((byte) (end ? 1 : 0));
          assertThat(slabs.terminated().get(row)).isZero();
        }
      }
      assertThat(slabs.truncationsPerEnv()).isEqualTo(3);
      for (int env = 0; env < 2; env++) {
        assertThat(slabs.truncations().get(env)).isEqualTo(2);
        long slot = (long) env * slabs.truncationsPerEnv();
        assertThat(slabs.truncatedSteps().get(slot)).isEqualTo(999);
        inference.values(fixture.parameters, slabs.truncatedObservations(), slot, 1, value, 0);
        assertThat(slabs.truncatedValues().get(2L * 999 + env)).isEqualTo(value.get(0));
        // the terminal observation is the old episode's: it does not stand in the next row
        assertThat(slabs.values().get(2L * 1000 + env)).isNotEqualTo(value.get(0));
      }
    }
  }

  @Test
  void normalisesObservationsByWhatWasSeenBefore() {
    try (var raw = new RolloutFixture("Hopper-v5", 1, raw(N, T));
        var normal =
            new RolloutFixture("Hopper-v5", 2, RolloutFixture.config(N, T, Stepping.SHARDED))) {
      float[] seen = raw.collect().observations().toArray();
      float[] first = normal.collect().observations().toArray();
      int stride = raw.policy.inputStride();
      // nothing seen yet: mean 0, variance 1, so only the clip at 10 could show
      for (int k = 0; k < N * stride; k++) {
        assertThat(first[k]).isEqualTo(seen[k], within(1e-7f * Math.abs(seen[k])));
      }

      // independently: mean and variance of all observations, and the first count of 1e-4
      int rows = (T + 1) * N;
      var statistics = normal.rollout.statistics().observations();
      assertThat(statistics.count()).isEqualTo(1e-4 + rows);
      for (int d = 0; d < 11; d++) {
        double mean = 0;
        for (int r = 0; r < rows; r++) {
          mean += first[r * stride + d] / rows;
        }
        assertThat(statistics.state().get(d)).isEqualTo(mean, within(1e-5 * (1 + Math.abs(mean))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HalfCheetah-v5", "CartPole-v1"})
  void seedingStepsEnterTheStatisticsOfTheFirstRollout(String task) {
    int steps = 20;
    var config =
        new RolloutConfig(
            N,
            T,
            RolloutFixture.SEED,
            Stepping.SHARDED,
            0.99,
            true,
            true,
            StatsUpdate.ROLLOUT,
            steps,
            false);
    try (var plain = new RolloutFixture(task, 1, raw(N, T));
        var one = new RolloutFixture(task, 1, config);
        var two = new RolloutFixture(task, 2, config)) {
      RolloutSlabs seeded = one.collect();
      // each environment's first observations, one after each step, and the same of the rollout
      assertThat(one.rollout.statistics().observations().count())
          .isEqualTo(1e-4 + N * (1 + steps) + N * (1 + T), within(1e-6));
      assertThat(one.rollout.statistics().returns().statistics().count())
          .isEqualTo(1e-4 + N * steps + N * T, within(1e-6));
      assertThat(seeded.observations().toArray())
          .isEqualTo(two.collect().observations().toArray())
          .isNotEqualTo(plain.collect().observations().toArray());
      assertThat(one.rollout.shards().getFirst().finishedEpisodes().size()).isLessThan(N * T / 8);
    }
  }

  @Test
  void scalesRewardsByTheDeviationOfTheDiscountedReturn() {
    try (var raw = new RolloutFixture("HalfCheetah-v5", 1, raw(N, T));
        var scaled =
            new RolloutFixture(
                "HalfCheetah-v5",
                2,
                new RolloutConfig(
                    N,
                    T,
                    RolloutFixture.SEED,
                    Stepping.SHARDED,
                    0.99,
                    false,
                    true,
                    StatsUpdate.ROLLOUT,
                    0,
                    false))) {
      float[] first = raw.collect().rewards().toArray();
      scaled.collect();
      double count = 1e-4;
      double mean = 0;
      double variance = 1;
      double n = (double) T * N;
      double sum = 0;
      double squares = 0;
      for (int env = 0; env < N; env++) {
        double discounted = 0;
        for (int t = 0; t < T; t++) {
          discounted = discounted * 0.99 + first[t * N + env];
          sum += discounted;
          squares += discounted * discounted;
        }
      }
      double batchMean = sum / n;
      double batchVariance = squares / n - batchMean * batchMean;
      double delta = batchMean - mean;
      variance =
          (variance * count + batchVariance * n + delta * delta * count * n / (count + n))
              / (count + n);

      float[] secondRaw = raw.collect().rewards().toArray();
      float[] second = scaled.collect().rewards().toArray();
      for (int k = 0; k < second.length; k++) {
        double expected = Math.clamp(secondRaw[k] / Math.sqrt(variance + 1e-8), -10, 10);
        // rewards are rounded to float before this test sees them
        assertThat((double) second[k]).isEqualTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void statisticsOfEveryStepAreThoseOfAllBeforeIt() {
    RolloutConfig perStep =
        new RolloutConfig(
            1,
            T,
            RolloutFixture.SEED,
            Stepping.SHARDED,
            0.99,
            true,
            true,
            StatsUpdate.STEP,
            0,
            false);
    try (var raw = new RolloutFixture("Hopper-v5", 1, raw(1, T));
        var normal = new RolloutFixture("Hopper-v5", 1, perStep)) {
      float[] seen = raw.collect().observations().toArray();
      float[] first = normal.collect().observations().toArray();
      int stride = raw.policy.inputStride();
      // only the first observation is the same in both: later ones follow from other actions
      for (int d = 0; d < 11; d++) {
        // one number, and the first count of 1e-4 with mean 0, variance 1
        double mean = seen[d] / 1.0001;
        double variance = (1e-4 + seen[d] * seen[d] * 1e-4 / 1.0001) / 1.0001;
        double expected = (seen[d] - mean) / Math.sqrt(variance + 1e-8);
        // the mean is a float, and close to the number
        assertThat((double) first[d]).isEqualTo(expected, within(2e-5 + 1e-5 * Math.abs(seen[d])));
      }
      var statistics = normal.rollout.statistics().observations();
      int ended = 0;
      for (int t = 0; t < T; t++) {
        ended += normal.rollout.slabs().ended(t) ? 1 : 0;
      }
      // terminal observations count too
      assertThat(statistics.count()).isEqualTo(1e-4 + T + 1 + ended, within(1e-9));
      for (int k = stride; k < first.length; k++) {
        assertThat(Math.abs(first[k])).isLessThanOrEqualTo(10);
      }
    }
  }

  @Test
  void statisticsOfEveryStepWantLockstep() {
    assertThatThrownBy(
            () ->
                new RolloutConfig(
                    2, 4, 1, Stepping.SHARDED, 0.99, true, true, StatsUpdate.STEP, 0, false))
        .hasMessage("stepping=sharded, required: lockstep for stats_update=step");
  }

  @Test
  void clocksSplitTheRolloutIntoStages() {
    try (var fixture =
        new RolloutFixture("Hopper-v5", 2, RolloutFixture.config(4, 32, Stepping.SHARDED))) {
      fixture.collect();
      var clocks = fixture.rollout.clocks();
      assertThat(clocks).hasSize(2).allMatch(clock -> clock.hits(Stage.PHYSICS) == 0);
      clocks.forEach(clock -> clock.switchTo(true));
      fixture.collect();
      for (var clock : clocks) {
        assertThat(clock.hits(Stage.PHYSICS)).isEqualTo(32);
        assertThat(clock.hits(Stage.VALUES)).isEqualTo(1);
        assertThat(clock.steps().getTotalCount()).isEqualTo(32);
        assertThat(clock.nanos(Stage.PHYSICS)).isPositive();
      }
    }
  }

  @Test
  void backendsAgreeUntilRoundingGrows() {
    var config = RolloutFixture.config(3, 4, Stepping.SHARDED);
    try (var cpu = new RolloutFixture("HalfCheetah-v5", 1, config, Backend.CPU);
        var reference = new RolloutFixture("HalfCheetah-v5", 1, config, Backend.REFERENCE)) {
      float[] one = cpu.collect().actions().toArray();
      float[] two = reference.collect().actions().toArray();
      for (int k = 0; k < one.length; k++) {
        // tanh, log and sine differ by some 3e-7; four steps of physics amplify little
        assertThat(one[k]).isEqualTo(two[k], within(2e-5f));
      }
    }
  }

  @Test
  void discreteTasksChooseBothActions() {
    try (var fixture =
        new RolloutFixture("CartPole-v1", 2, RolloutFixture.config(8, 64, Stepping.SHARDED))) {
      RolloutSlabs slabs = fixture.collect();
      assertThat(slabs.actions()).isNull();
      assertThat(slabs.discreteActions().toArray()).containsOnly(0, 1);
      assertThat(slabs.logProbs().get(0)).isEqualTo((float) Math.log(0.5), within(0.05f));
    }
  }

  @Test
  void rejectsSizesThatMakeNoSense() {
    assertThatThrownBy(() -> raw(0, 1)).hasMessage("num_envs=0, required: >= 1");
    assertThatThrownBy(() -> raw(1, 0)).hasMessage("num_steps=0, required: >= 1");
    assertThatThrownBy(() -> raw(1 << 20, 1 << 12)).hasMessageContaining("num_envs * num_steps");
  }

  @Test
  void rejectsThePolicyOfAnotherTask() {
    try (var fixture = new RolloutFixture("Hopper-v5", 1, raw(1, 1));
        Team team = new Team(1)) {
      var cheetah = Tasks.of("HalfCheetah-v5");
      assertThatThrownBy(
              () ->
                  new Rollout(
                      cheetah,
                      fixture.policy,
                      Backends.kernels(Backend.CPU),
                      team,
                      raw(1, 1),
                      SlabAllocator.PAGES))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("HalfCheetah-v5");
    }
  }

  @Test
  void closingTwiceIsFine() {
    var fixture = new RolloutFixture("Hopper-v5", 2, raw(2, 2));
    fixture.collect();
    fixture.rollout.close();
    fixture.close();
  }
}
