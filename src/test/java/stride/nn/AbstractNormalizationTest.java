package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import stride.learn.Backends;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;

/** What {@link Kernels} must do with rows of observations. */
abstract class AbstractNormalizationTest {
  private final Kernels kernels;
  private Arena arena;

  AbstractNormalizationTest(Backend backend) {
    this.kernels = Backends.kernels(backend);
  }

  @BeforeEach
  void open() {
    arena = Arena.ofShared();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @MethodSource("observationSizes")
  void normalizeShiftsScalesAndClips(int size, int rows) {
    int stride = LinearLayout.roundUp(size, 4);
    RunningStatistics statistics = statistics(size, stride);
    FloatSlab x = FloatSlab.allocate(arena, rows + 2L, stride);
    FloatSlab noise = TestData.normals(arena, 10, 20, rows + 2L, size);
    for (int r = 0; r < rows + 2; r++) {
      for (int k = 0; k < size; k++) {
        x.set((long) r * stride + k, noise.get((long) r * size + k));
      }
    }
    float[] before = x.toArray();
    kernels.normalize(statistics, x, stride, rows);
    for (int i = 0; i < before.length; i++) {
      int k = i % stride;
      boolean touched = i >= stride && i < before.length - stride && k < size;
      float shifted = before[i] - statistics.mean().get(k);
      float want = Math.clamp(shifted * statistics.inverseStd().get(k), -10, 10);
      assertThat(x.get(i)).isEqualTo(touched ? want : before[i]); // each operation rounds once
    }
  }

  @Test
  void normalizeKeepsNaN() {
    FloatSlab x = FloatSlab.allocate(arena, 1, 4);
    x.set(0, new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0});
    kernels.normalize(new RunningStatistics(arena, 4, 4), x, 0, 1);
    assertThat(x.toArray()).containsExactly(Float.NaN, 10, -10, 0);
  }

  @ParameterizedTest
  @MethodSource("observationSizes")
  void accumulateAddsRowsToTheirEnvironments(int size, int rows) {
    int stride = LinearLayout.roundUp(size, 4);
    RunningStatistics statistics = statistics(size, stride);
    FloatSlab x = TestData.normals(arena, 11, 3, rows + 1L, stride);
    DoubleSlab sums = DoubleSlab.allocate(arena, rows + 3L, 2L * size);
    kernels.accumulate(statistics, x, stride, sums, 2, rows);
    kernels.accumulate(statistics, x, stride, sums, 2, rows);
    for (int n = 0; n < rows + 3; n++) {
      for (int k = 0; k < size; k++) {
        boolean touched = n >= 2 && n < rows + 2;
        double d = touched ? (double) x.get((n - 1L) * stride + k) - statistics.mean().get(k) : 0;
        // fused or not, two squares differ by less than a unit in the last place
        assertThat(sums.get(2L * n * size + k)).isEqualTo(d + d);
        assertThat(sums.get(2L * n * size + size + k)).isCloseTo(2 * d * d, withPercentage(1e-13));
      }
    }
  }

  static Stream<Arguments> observationSizes() {
    return Stream.of(
        Arguments.of(1, 1),
        Arguments.of(3, 2),
        Arguments.of(11, 32),
        Arguments.of(17, 7),
        Arguments.of(64, 3),
        Arguments.of(348, 2));
  }

  private RunningStatistics statistics(int size, int stride) {
    RunningStatistics statistics = new RunningStatistics(arena, size, stride);
    for (int k = 0; k < size; k++) {
      statistics.state().set(k, 0.1 * k - 1);
      statistics.state().set(size + k, 0.5 + k);
    }
    statistics.freeze();
    return statistics;
  }

  @Test
  void rejectsSlabsThatAreTooSmallBeforeWriting() {
    RunningStatistics statistics = new RunningStatistics(arena, 30, 32);
    FloatSlab x = FloatSlab.allocate(arena, 4, 32);
    x.fill(1);
    DoubleSlab sums = DoubleSlab.allocate(arena, 4, 60);
    rejects(() -> kernels.normalize(statistics, x, 1, 4));
    rejects(() -> kernels.normalize(statistics, x, 0, 5));
    rejects(() -> kernels.accumulate(statistics, x, 0, sums, 1, 4));
    rejects(() -> kernels.accumulate(statistics, x, 0, sums, -1, 1));
    rejects(() -> kernels.accumulate(statistics, x, 32, sums, 0, 4));
    assertThat(x.toArray()).containsOnly(1);
    assertThat(sums.toArray()).containsOnly(0);
  }

  private static void rejects(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
