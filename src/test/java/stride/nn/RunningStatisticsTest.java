package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;
import static org.assertj.core.data.Percentage.withPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stride.learn.Backends;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;

final class RunningStatisticsTest {
  private final Kernels kernels = Backends.kernels(Backend.REFERENCE);
  private Arena arena;

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void startsAsIdentity() {
    RunningStatistics statistics = new RunningStatistics(arena, 3, 4);
    assertThat(statistics.mean().toArray()).containsExactly(0, 0, 0, 0);
    assertThat(statistics.inverseStd().toArray()).containsExactly(1, 1, 1, 0);
    assertThat(statistics.count()).isEqualTo(1e-4);
  }

  @Test
  void mergedChunksGiveTheStatisticsOfAllRows() {
    JsonNode golden = Golden.learning("running_stat");
    RunningScalar[] columns = {
      new RunningScalar(arena), new RunningScalar(arena), new RunningScalar(arena)
    };
    DoubleSlab sums = DoubleSlab.allocate(arena, 1, 2);
    for (JsonNode chunk : golden.get("chunks")) {
      for (int k = 0; k < 3; k++) {
        for (JsonNode row : chunk) {
          columns[k].accumulate(sums, 0, row.get(k).asDouble());
        }
        columns[k].merge(sums, 1, chunk.size());
        assertThat(sums.toArray()).containsOnly(0);
      }
    }
    for (int k = 0; k < 3; k++) {
      double mean = golden.get("mean").get(k).asDouble();
      double variance = golden.get("population_variance").get(k).asDouble();
      assertMergedWithPrior(columns[k].statistics(), mean, variance, golden.get("count").asInt());
    }
  }

  /**
   * The start counts as 1e-4 rows of mean 0 and variance 1, which the golden numbers do not have.
   */
  private static void assertMergedWithPrior(
      RunningStatistics statistics, double mean, double variance, double n) {
    double prior = 1e-4;
    double total = n + prior;
    double wantVariance = (prior + n * variance + mean * mean * prior * n / total) / total;
    assertThat(statistics.count()).isCloseTo(total, offset(1e-12));
    // sums of 87 doubles
    assertThat(statistics.state().get(0)).isCloseTo(mean * n / total, offset(1e-12));
    assertThat(statistics.state().get(1)).isCloseTo(wantVariance, withPercentage(1e-10));
  }

  @Test
  void rowsOfEnvironmentsMergeLikeOneBatch() {
    int size = 11;
    int stride = 12;
    int environments = 5;
    int steps = 7;
    RunningStatistics statistics = new RunningStatistics(arena, size, stride);
    DoubleSlab sums = DoubleSlab.allocate(arena, environments, 2L * size);
    FloatSlab x = TestData.normals(arena, 60, 2, 2L * steps * environments, stride);
    for (int iteration = 0; iteration < 2; iteration++) {
      for (int t = 0; t < steps; t++) {
        long row = ((long) iteration * steps + t) * environments;
        // two shards
        kernels.accumulate(statistics, x, row * stride, sums, 0, 2);
        kernels.accumulate(statistics, x, (row + 2) * stride, sums, 2, environments - 2);
      }
      statistics.merge(sums, environments, (long) steps * environments);
      assertThat(sums.toArray()).containsOnly(0);
    }
    for (int k = 0; k < size; k++) {
      double n = 2.0 * steps * environments;
      double mean = 0;
      double squares = 0;
      for (int r = 0; r < n; r++) {
        double value = x.get((long) r * stride + k);
        mean += value / n;
        squares += value * value / n;
      }
      double variance = squares - mean * mean;
      double total = n + 1e-4;
      double want = (1e-4 + n * variance + mean * mean * 1e-4 * n / total) / total;
      // sums of 70 doubles
      assertThat(statistics.state().get(k)).isCloseTo(mean * n / total, offset(1e-12));
      assertThat(statistics.state().get(size + k)).isCloseTo(want, withPercentage(1e-10));
      assertThat(statistics.mean().get(k)).isEqualTo((float) statistics.state().get(k));
      assertThat(statistics.inverseStd().get(k))
          .isEqualTo((float) (1 / Math.sqrt(statistics.state().get(size + k) + 1e-8)));
    }
    assertThat(statistics.mean().get(size)).isZero();
    assertThat(statistics.inverseStd().get(size)).isZero();
  }

  @Test
  void mergeDoesNotDependOnShards() {
    RunningStatistics one = new RunningStatistics(arena, 3, 4);
    RunningStatistics two = new RunningStatistics(arena, 3, 4);
    DoubleSlab sumsOne = DoubleSlab.allocate(arena, 6, 6);
    DoubleSlab sumsTwo = DoubleSlab.allocate(arena, 6, 6);
    FloatSlab x = TestData.normals(arena, 61, 1, 6, 4);
    kernels.accumulate(one, x, 0, sumsOne, 0, 6);
    for (int n = 5; n >= 0; n--) {
      kernels.accumulate(two, x, 4L * n, sumsTwo, n, 1);
    }
    one.merge(sumsOne, 6, 6);
    two.merge(sumsTwo, 6, 6);
    assertThat(two.state().sameBits(one.state())).isTrue();
  }

  @Test
  void aConstantHasNoVarianceHoweverFarFromZero() {
    RunningScalar scalar = new RunningScalar(arena);
    DoubleSlab sums = DoubleSlab.allocate(arena, 1, 2);
    for (int iteration = 0; iteration < 200; iteration++) {
      for (int i = 0; i < 100; i++) {
        scalar.accumulate(sums, 0, 1e6);
      }
      scalar.merge(sums, 1, 100);
    }
    // what is left is the start: 1e-4 rows at 0 among 20 000 at 1e6 give 5e-9 * 1e12
    assertThat(scalar.statistics().state().get(1)).isCloseTo(5000, withPercentage(0.1));
  }

  @Test
  void nothingMergedChangesNothing() {
    RunningStatistics statistics = new RunningStatistics(arena, 3, 4);
    statistics.merge(DoubleSlab.allocate(arena, 2, 6), 2, 0);
    assertThat(statistics.count()).isEqualTo(1e-4);
  }

  @Test
  void stateCanBeSavedAndRestored() {
    RunningStatistics saved = new RunningStatistics(arena, 3, 4);
    DoubleSlab sums = DoubleSlab.allocate(arena, 2, 6);
    kernels.accumulate(saved, TestData.normals(arena, 62, 5, 2, 4), 0, sums, 0, 2);
    saved.merge(sums, 2, 2);
    RunningStatistics restored = new RunningStatistics(arena, 3, 4);
    restored.state().copyFrom(saved.state());
    restored.freeze();
    assertThat(restored.mean().sameBits(saved.mean())).isTrue();
    assertThat(restored.inverseStd().sameBits(saved.inverseStd())).isTrue();
    assertThat(restored.count()).isEqualTo(saved.count());
  }

  @Test
  void rejectsSizesThatDoNotFit() {
    assertThatThrownBy(() -> new RunningStatistics(arena, 5, 4))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RunningStatistics(arena, 3, 3))
        .isInstanceOf(IllegalArgumentException.class);
    RunningStatistics statistics = new RunningStatistics(arena, 3, 4);
    DoubleSlab sums = DoubleSlab.allocate(arena, 2, 6);
    assertThatThrownBy(() -> statistics.merge(sums, 3, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
