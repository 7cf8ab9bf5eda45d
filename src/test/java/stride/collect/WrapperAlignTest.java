package stride.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.Kernels;

/** Statistics of every step against Gymnasium's NormalizeReward and NormalizeObservation. */
@Tag("vector")
class WrapperAlignTest {
  private static final double EPSILON = 1e-8;
  private static final double CLIP = 10;

  private static double normalized(double centred, double variance) {
    return Math.clamp(centred / Math.sqrt(variance + EPSILON), -CLIP, CLIP);
  }

  @Test
  void scalesRewardsAsGymnasiumDoes() {
    for (JsonNode recorded : Golden.wrappers()) {
      try (Arena arena = Arena.ofConfined()) {
        var statistics = new RolloutStatistics(arena, 1, 3, 4);
        int t = 0;
        for (JsonNode out : recorded.get("out")) {
          if (out.get("reset").asBoolean()) {
            continue; // NormalizeReward takes no notice of a reset
          }
          double reward = recorded.get("rewards").get(t++).asDouble();
          boolean terminated = out.get("terminated").asInt() == 1;
          statistics.addRewardAsGymnasium(
              0, reward, recorded.get("gamma").asDouble(), terminated, false);
          statistics.mergeReturns(1);
          double variance = statistics.returns().statistics().state().get(1);
          // the same formulas in doubles, whose terms add up in another order
          assertThat(normalized(reward, variance))
              .isEqualTo(out.get("reward").asDouble(), within(1e-12));
        }
        assertThat(t).isEqualTo(recorded.get("rewards").size());
      }
    }
  }

  /** The terminal observation of an episode counts, then the first one of the next. */
  @Test
  void normalizesObservationsAsGymnasiumDoes() {
    Kernels kernels = Backends.kernels(Backend.CPU);
    for (JsonNode recorded : Golden.wrappers()) {
      try (Arena arena = Arena.ofConfined()) {
        var statistics = new RolloutStatistics(arena, 1, 3, 4);
        var row = FloatSlab.allocate(arena, 4);
        int seen = 0;
        for (JsonNode out : recorded.get("out")) {
          float[] observation = Golden.floats(recorded.get("obs").get(seen++));
          row.set(0, observation);
          kernels.accumulate(statistics.observations(), row, 0, statistics.observationSums(), 0, 1);
          statistics.mergeObservations(1);
          double[] expected = Golden.doubles(out.get("obs"));
          for (int d = 0; d < 3; d++) {
            double mean = statistics.observations().state().get(d);
            double variance = statistics.observations().state().get(3 + d);
            // observations are floats here: 100 is rounded by 4e-6, a deviation is 0.1
            assertThat(normalized(observation[d] - mean, variance))
                .isEqualTo(expected[d], within(1e-4));
          }
        }
        assertThat(seen).isEqualTo(recorded.get("obs").size());
      }
    }
  }

  /** HalfCheetah never terminates: 1000 steps, then truncation. */
  @Test
  void discountedReturnGoesOnThroughTruncations() {
    int horizon = 2100;
    RolloutConfig config = config(horizon, false, true);
    try (var raw = new RolloutFixture("HalfCheetah-v5", 1, config(horizon, false, false));
        var scaled = new RolloutFixture("HalfCheetah-v5", 1, config)) {
      float[] rewards = raw.collect().rewards().toArray();
      float[] found = scaled.collect().rewards().toArray();
      assertThat(scaled.rollout.slabs().truncated().get(999)).isEqualTo((byte) 1);
      double discounted = 0;
      double mean = 0;
      double variance = 1;
      double count = 1e-4;
      for (int t = 0; t < horizon; t++) {
        discounted = discounted * 0.99 + rewards[t];
        double delta = discounted - mean;
        mean += delta / (count + 1);
        variance = (variance * count + delta * delta * count / (count + 1)) / (count + 1);
        count++;
        // rewards are rounded to float before this test sees them
        assertThat((double) found[t]).isEqualTo(normalized(rewards[t], variance), within(1e-5));
      }
    }
  }

  private static RolloutConfig config(int horizon, boolean observations, boolean rewards) {
    return new RolloutConfig(
        1,
        horizon,
        RolloutFixture.SEED,
        Stepping.SHARDED,
        0.99,
        observations,
        rewards,
        StatsUpdate.STEP,
        0,
        false);
  }

  @Test
  void terminalObservationsCount() {
    int horizon = 300;
    RolloutConfig config = config(horizon, true, true);
    try (var fixture = new RolloutFixture("Hopper-v5", 1, config)) {
      RolloutSlabs slabs = fixture.collect();
      int ended = 0;
      for (int t = 0; t < horizon; t++) {
        ended += slabs.ended(t) ? 1 : 0;
      }
      assertThat(ended).isGreaterThan(3);
      assertThat(fixture.rollout.statistics().observations().count())
          .isEqualTo(1e-4 + horizon + 1 + ended, within(1e-9));
    }
  }
}
