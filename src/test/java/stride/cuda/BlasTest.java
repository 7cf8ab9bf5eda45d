package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.cuda.Blas.Matrix;
import stride.nn.Precision;

/** Products against a plain one: sizes that differ, strides wider than rows. */
final class BlasTest extends EmulatedTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 7;
  private static final int INNER = 9;
  private static final int STRIDE = 12;
  private static final double TOLERANCE = 1e-5; // nine products of numbers below 2

  /** The matrices of a test: a and b somewhere in x, c in y. */
  private static void fill(Testing t) {
    MemorySegment host = t.floats(Testing.LENGTH);
    for (int i = 0; i < Testing.LENGTH; i++) {
      host.setAtIndex(ValueLayout.JAVA_FLOAT, i, number(i));
    }
    t.x.upload(host, t.stream);
    t.y.upload(host, t.stream);
  }

  /** Between -2 and 2, with all bits of the fraction in use. */
  private static float number(int i) {
    return (float) (2 * Math.sin(i * i + 0.3 * i));
  }

  private static float element(int start, int row, int column, boolean transposed) {
    return number(start + (transposed ? column * STRIDE + row : row * STRIDE + column));
  }

  private static double product(
      int a, int b, int row, int column, boolean transposeA, boolean transposeB) {
    double sum = 0;
    for (int l = 0; l < INNER; l++) {
      sum += (double) element(a, row, l, transposeA) * element(b, l, column, transposeB);
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void multipliesRowByRow(boolean transposeA, boolean transposeB) {
    try (Testing t = new Testing();
        Blas blas = new Blas(t.stream, Precision.FP32)) {
      fill(t);
      Matrix a = new Matrix(t.x.part(10, 200), STRIDE, transposeA, 0);
      Matrix b = new Matrix(t.x.part(300, 200), STRIDE, transposeB, 0);
      blas.multiply(ROWS, COLUMNS, INNER, 2, a, b, -1, Matrix.of(t.y, STRIDE));
      float[] c = t.read(t.y);
      for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
          int at = row * STRIDE + column;
          double expected = 2 * product(10, 300, row, column, transposeA, transposeB) - number(at);
          assertThat((double) c[at]).isCloseTo(expected, within(TOLERANCE));
        }
        int beside = row * STRIDE + COLUMNS;
        assertThat(c[beside]).as("beside the row").isEqualTo(number(beside));
      }
    }
    assertThat(FakeDriver.count("enqueued")).isEqualTo(1);
  }

  @Test
  void multipliesManyAtEqualDistances() {
    int batch = 3;
    try (Testing t = new Testing();
        Blas blas = new Blas(t.stream, Precision.FP32)) {
      fill(t);
      Matrix a = Matrix.of(t.x, STRIDE).every(60);
      Matrix b = Matrix.of(t.x.part(300, 200), STRIDE); // the same for all
      blas.multiplyEach(batch, ROWS, COLUMNS, INNER, 1, a, b, 0, Matrix.of(t.y, STRIDE).every(100));
      float[] c = t.read(t.y);
      for (int i = 0; i < batch; i++) {
        assertThat((double) c[100 * i + 4 * STRIDE + 6])
            .isCloseTo(product(60 * i, 300, 4, 6, false, false), within(TOLERANCE));
      }
    }
  }

  @Test
  void roundsFactorsOnlyWhenAskedTo() {
    float[] exact = once(Precision.FP32);
    double expected = product(0, 300, 2, 3, false, false);
    assertThat((double) exact[2 * STRIDE + 3]).isCloseTo(expected, within(TOLERANCE));
    double tf32 = Math.abs(once(Precision.TF32)[2 * STRIDE + 3] - expected);
    double bf16 = Math.abs(once(Precision.BF16)[2 * STRIDE + 3] - expected);
    assertThat(tf32).isBetween(1e-5, 1e-2); // 10 bits of fraction
    assertThat(bf16).isBetween(tf32, 8e-2); // 7
    assertThatThrownBy(() -> once(Precision.TF32X3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("precision=tf32x3, required: fp32, tf32 or bf16 for products of cuBLAS");
  }

  private static float[] once(Precision precision) {
    try (Testing t = new Testing();
        Blas blas = new Blas(t.stream, precision)) {
      fill(t);
      Matrix b = Matrix.of(t.x.part(300, 200), STRIDE);
      blas.multiply(ROWS, COLUMNS, INNER, 1, Matrix.of(t.x, STRIDE), b, 0, Matrix.of(t.y, STRIDE));
      return t.read(t.y);
    }
  }

  @Test
  void isCapturedInGraphs() {
    try (Testing t = new Testing();
        Blas blas = new Blas(t.stream, Precision.FP32)) {
      fill(t);
      Matrix a = Matrix.of(t.x, STRIDE);
      Matrix b = Matrix.of(t.x.part(300, 200), STRIDE);
      Matrix c = Matrix.of(t.y, STRIDE);
      try (Graph graph =
          Graph.capture(
              t.stream,
              () -> {
                t.y.clear(t.stream);
                blas.multiply(ROWS, COLUMNS, INNER, 1, a, b, 1, c);
                blas.multiply(ROWS, COLUMNS, INNER, 3, a, b, 1, c);
              })) {
        assertThat(t.read(t.y)[0]).isEqualTo(number(0));
        graph.launch(t.stream);
        assertThat((double) t.read(t.y)[0])
            .isCloseTo(4 * product(0, 300, 0, 0, false, false), within(TOLERANCE));
      }
    }
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    try (Testing t = new Testing();
        Blas blas = new Blas(t.stream, Precision.FP32)) {
      Matrix small = Matrix.of(t.x.part(0, 52), STRIDE);
      Matrix large = Matrix.of(t.x, STRIDE);
      assertThatThrownBy(() -> blas.multiply(ROWS, COLUMNS, INNER, 1, small, large, 0, large))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("capacity=52 floats in rows of 12, required=57 for [5, 9] x 1");
      assertThatThrownBy(() -> blas.multiply(5, 7, 13, 1, large, large, 0, large))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("for [5, 13] x 1");
      assertThatThrownBy(() -> blas.multiply(0, 7, 9, 1, large, large, 0, large))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rows=0");
      assertThatThrownBy(() -> blas.multiply(5, 7, 9, 1, large, large, 0, large.transpose()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("c transposed=true");
    }
    assertThat(FakeDriver.count("enqueued")).isZero();
  }
}
