package stride.qtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stride.memory.FloatSlab;
import stride.nn.Golden;

class ValueTableTest {
  private static final int EVERY = 50; // transitions between two tables of the golden file

  // values are kept as floats of about 1: 200 updates, each rounded to 2^-24
  private static final double ROUNDING = 200 * 0x1p-24;

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void learnsAsNumpyDoes() {
    JsonNode golden = Golden.values("q_table");
    Buckets buckets = BucketsTest.golden(golden);
    var table = new ValueTable(FloatSlab.allocate(arena, buckets.cells(), 2), 2);
    double alpha = golden.get("alpha").doubleValue();
    double gamma = golden.get("gamma").doubleValue();
    for (int k = 0; k < golden.get("obs").size(); k++) {
      double future = table.most(cell(buckets, golden.get("next_obs").get(k)));
      boolean terminated = golden.get("terminated").get(k).intValue() == 1;
      double target = golden.get("reward").get(k).doubleValue() + (terminated ? 0 : gamma * future);
      int action = golden.get("action").get(k).intValue();
      table.learn(cell(buckets, golden.get("obs").get(k)), action, alpha, target);
      if (k % EVERY == EVERY - 1) {
        double[] expected = Golden.doubles(golden.get("table_after").get(k / EVERY));
        for (int place = 0; place < expected.length; place++) {
          assertThat((double) table.values().get(place))
              .as("value %d after %d", place, k + 1)
              .isCloseTo(expected[place], within(ROUNDING));
        }
      }
    }
  }

  private static int cell(Buckets buckets, JsonNode observation) {
    int cell = 0;
    for (int k = 0; k < buckets.coordinates(); k++) {
      int count = 1 + buckets.bucket(k, Double.MAX_VALUE);
      cell = cell * count + buckets.bucket(k, observation.get(k).doubleValue());
    }
    return cell;
  }

  @Test
  void theFirstOfEqualsIsTheBest() {
    FloatSlab values = FloatSlab.allocate(arena, 3, 4);
    values.set(4, new float[] {-3, -1, -2, -1});
    values.set(8, new float[] {0, 0, 0, 1});
    var table = new ValueTable(values, 4);
    assertThat(table.best(0)).isZero();
    assertThat(table.best(1)).isEqualTo(1);
    assertThat(table.most(1)).isEqualTo(-1);
    assertThat(table.best(2)).isEqualTo(3);
    assertThat(table.most(2)).isEqualTo(1);
  }

  @Test
  void tellsHowFarAValueWasOff() {
    var table = new ValueTable(FloatSlab.allocate(arena, 1, 2), 2);
    assertThat(table.learn(0, 1, 0.25, 8)).isEqualTo(8);
    assertThat(table.learn(0, 1, 0.25, 8)).isEqualTo(6);
    assertThat(table.values().toArray()).containsExactly(0, 3.5f);
  }
}
