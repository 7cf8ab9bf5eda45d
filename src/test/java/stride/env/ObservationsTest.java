package stride.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;

/** Doubles on their way to floats. */
class ObservationsTest {
  private static final int N = 5;
  private static final int D = 3;
  private static final byte MARK = 2;

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1e39,
        -Double.MAX_VALUE
      })
  void marksRowsWithWhatIsNoFiniteFloat(double value) {
    try (Arena arena = Arena.ofConfined()) {
      final var observations = new FloatObservations(arena, null, N, D);
      for (int place = 0; place < N * D; place++) {
        observations.stepped().fill(-Float.MAX_VALUE);
        observations.stepped().set(place, value);
        final ByteSlab marks = ByteSlab.allocate(arena, N);
        observations.markNotFinite(marks, MARK);
        for (int row = 0; row < N; row++) {
          assertThat(marks.get(row)).isEqualTo(row == place / D ? MARK : 0);
        }
        assertThat(observations.notFinite(place / D)).startsWith("observation " + place % D);
      }
    }
  }

  @Test
  void leavesOtherMarksAndFiniteRowsAlone() {
    try (Arena arena = Arena.ofConfined()) {
      final var observations = new FloatObservations(arena, null, N, D);
      final ByteSlab marks = ByteSlab.allocate(arena, N);
      observations.stepped().fill(Float.MAX_VALUE);
      marks.set(1, (byte) 1);
      observations.markNotFinite(marks, MARK);
      assertThat(marks.toArray()).containsExactly(0, 1, 0, 0, 0);
      observations.stepped().set(1 * D, Double.NaN);
      observations.stepped().set(3 * D, Double.NaN);
      observations.markNotFinite(marks, MARK);
      assertThat(marks.toArray()).containsExactly(0, 1, 0, 2, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {D, D + 1, 8})
  void writesRowsAStrideApart(int stride) {
    try (Arena arena = Arena.ofConfined()) {
      final var observations = new FloatObservations(arena, null, N, D);
      final FloatSlab out = FloatSlab.allocate(arena, N * stride + 2);
      for (int k = 0; k < N * D; k++) {
        observations.stepped().set(k, 1 + k + 1e-12);
      }
      out.fill(-1);
      observations.writeStepped(out, 2, stride);
      for (int at = 0; at < out.length(); at++) {
        final int row = (at - 2) / stride;
        final int element = (at - 2) % stride;
        final boolean written = at >= 2 && element < D;
        assertThat(out.get(at)).isEqualTo(written ? 1 + row * D + element : -1);
      }
    }
  }
}
