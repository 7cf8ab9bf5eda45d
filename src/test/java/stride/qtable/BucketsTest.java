package stride.qtable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import stride.memory.FloatSlab;
import stride.nn.Golden;

class BucketsTest {
  /** Those of a case of values.json.gz. */
  static Buckets golden(JsonNode golden) {
    double[][] edges = new double[golden.get("edges").size()][];
    for (int k = 0; k < edges.length; k++) {
      edges[k] = Golden.doubles(golden.get("edges").get(k));
    }
    return new Buckets(edges);
  }

  @Test
  void areNumpysSearchsortedFromTheRight() {
    JsonNode golden = Golden.values("q_table");
    Buckets buckets = golden(golden);
    for (int row = 0; row < golden.get("obs").size(); row++) {
      for (int k = 0; k < buckets.coordinates(); k++) {
        assertThat(buckets.bucket(k, golden.get("obs").get(row).get(k).doubleValue()))
            .isEqualTo(golden.get("buckets").get(row).get(k).intValue());
      }
    }
  }

  @Test
  void edgesReachAsFarAsTheyAreTold() {
    Buckets buckets = Buckets.even(List.of(1, 2, 4), List.of(9.0, 9.0, 1.5));
    assertThat(buckets.bucket(0, 100)).isZero();
    assertThat(buckets.bucket(1, -1e-9)).isZero();
    assertThat(buckets.bucket(1, 0)).isOne();
    double[] values = {-100, Math.nextDown(-1.5), -1.5, Math.nextDown(0.0), 0, 1.49, 1.5, 100};
    assertThat(Arrays.stream(values).mapToInt(value -> buckets.bucket(2, value)))
        .containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
  }

  @Test
  void theLastCoordinateVariesFastest() {
    Buckets buckets = Buckets.even(List.of(3, 1, 4), List.of(1.0, 1.0, 1.0));
    assertThat(buckets.cells()).isEqualTo(12);
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab observations = FloatSlab.allocate(arena, 2, 3);
      observations.set(0, new float[] {5, 5, 5, 0, 7, -0.5f});
      assertThat(buckets.cell(observations, 0)).isEqualTo(2 * 4 + 3);
      assertThat(buckets.cell(observations, 3)).isEqualTo(4 + 1);
    }
  }

  @Test
  void moreCellsThanIntsAreRefused() {
    List<Integer> counts = Collections.nCopies(4, 300);
    assertThat(Buckets.cells(counts)).isEqualTo(8.1e9);
    assertThatThrownBy(() -> Buckets.even(counts, Collections.nCopies(4, 1.0)))
        .hasMessage("buckets of 4 coordinates make more than 2147483647 cells");
  }
}
