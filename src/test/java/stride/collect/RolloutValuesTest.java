package stride.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.PolicyInference;

/** Values of a rollout that are computed once more. */
@Tag("vector")
class RolloutValuesTest {
  /** HalfCheetah is truncated after 1000 steps. */
  @Test
  void areThoseOfTheRolloutWhereParametersHaveNotChanged() {
    RolloutConfig config = RolloutConfig.of(2, 1010, RolloutFixture.SEED, Stepping.SHARDED);
    try (var fixture = new RolloutFixture("HalfCheetah-v5", 2, config);
        var inference =
            new PolicyInference(fixture.policy, Backends.kernels(Backend.CPU), config.seed())) {
      RolloutSlabs slabs = fixture.collect();
      float[] values = slabs.values().toArray();
      float[] truncated = truncated(slabs);
      assertThat(truncated).hasSize(2).doesNotContain(0);
      slabs.values().clear();
      slabs.truncatedValues().clear();
      var again = new RolloutValues(slabs, inference);
      FloatSlab parameters = fixture.parameters;
      again.ofRows(parameters, 0, 700);
      again.ofRows(parameters, 700, values.length - 700);
      again.ofTruncated(parameters, 1, 2);
      again.ofTruncated(parameters, 0, 1);
      assertThat(slabs.values().toArray()).isEqualTo(values);
      assertThat(truncated(slabs)).isEqualTo(truncated);
    }
  }

  private static float[] truncated(RolloutSlabs slabs) {
    float[] found = new float[2];
    int count = 0;
    for (int row = 0; row < slabs.rewards().length(); row++) {
      if (slabs.truncated().get(row) != 0) {
        found[count++] = slabs.truncatedValues().get(row);
      }
    }
    return Arrays.copyOf(found, count);
  }
}
