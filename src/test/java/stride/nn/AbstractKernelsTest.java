package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.data.Offset.offset;

import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Philox;
import stride.random.Purpose;

/** What every {@link Kernels} must do, checked against arithmetic in double precision. */
abstract class AbstractKernelsTest {
  private static final float CANARY = 12345;

  private final Kernels kernels;
  private Arena arena;

  AbstractKernelsTest(Backend backend) {
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

  static Stream<Arguments> sizes() {
    int[] sizes = {1, 3, 17, 64, 65, 256};
    int[] batches = {1, 2, 7, 63, 64};
    return IntStream.of(sizes)
        .boxed()
        .flatMap(
            in ->
                IntStream.of(sizes)
                    .boxed()
                    .flatMap(
                        out ->
                            IntStream.of(batches).mapToObj(rows -> Arguments.of(in, out, rows))));
  }

  /** Many inputs: blocks of them, and rows, columns and inputs that fill no tile. */
  static Stream<Arguments> wideSizes() {
    int[] inputs = {128, 129, 200, 256, 257, 515};
    int[] outputs = {1, 16, 17, 33, 48, 80, 112, 256};
    int[] batches = {1, 4, 7, 22, 130};
    return Stream.concat(
        Stream.of(Arguments.of(3136, 512, 32), Arguments.of(1031, 97, 300)),
        IntStream.of(inputs)
            .boxed()
            .flatMap(
                in ->
                    IntStream.of(outputs)
                        .boxed()
                        .flatMap(
                            out ->
                                IntStream.of(batches)
                                    .mapToObj(rows -> Arguments.of(in, out, rows)))));
  }

  @ParameterizedTest
  @MethodSource({"sizes", "wideSizes"})
  void linearIsWithinItsRoundingBound(int in, int out, int rows) {
    LinearLayout layer = TestData.linear(in, out);
    FloatSlab p = TestData.layer(arena, 1, layer);
    int xOffset = layer.inputStride();
    int yOffset = layer.outputStride();
    FloatSlab x = TestData.normals(arena, 2, 1, xOffset + (long) rows * layer.inputStride());
    FloatSlab y = FloatSlab.allocate(arena, 2L * yOffset + (long) rows * layer.outputStride());
    y.fill(CANARY);
    kernels.linear(x, xOffset, p, layer, y, yOffset, rows);
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < layer.outputStride(); o++) {
        double sum = o < out ? p.get(layer.bias() + o) : 0;
        double magnitude = Math.abs(sum);
        for (int k = 0; k < in && o < out; k++) {
          double product =
              (double) x.get(xOffset + (long) r * layer.inputStride() + k)
                  * p.get((long) k * layer.outputStride() + o);
          sum += product;
          magnitude += Math.abs(product);
        }
        // each of `in` steps rounds a partial sum once, by at most 2^-24 of the sum of magnitudes
        assertThat((double) y.get(yOffset + (long) r * layer.outputStride() + o))
            .isCloseTo(sum, offset((in + 1) * 0x1p-24 * magnitude));
      }
    }
    for (int i = 0; i < yOffset; i++) {
      assertThat(y.get(i)).isEqualTo(CANARY);
      assertThat(y.get(y.length() - 1 - i)).isEqualTo(CANARY);
    }
  }

  @ParameterizedTest
  @MethodSource({"sizes", "wideSizes"})
  void linearOfARowDoesNotDependOnItsBatch(int in, int out, int rows) {
    LinearLayout layer = TestData.linear(in, out);
    FloatSlab p = TestData.layer(arena, 3, layer);
    FloatSlab x = TestData.normals(arena, 4, 1, rows, layer.inputStride());
    FloatSlab together = FloatSlab.allocate(arena, rows, layer.outputStride());
    FloatSlab alone = FloatSlab.allocate(arena, rows, layer.outputStride());
    kernels.linear(x, 0, p, layer, together, 0, rows);
    for (int r = 0; r < rows; r++) {
      long at = (long) r * layer.outputStride();
      kernels.linear(x, (long) r * layer.inputStride(), p, layer, alone, at, 1);
    }
    assertThat(alone.sameBits(together)).isTrue();
  }

  @Test
  void linearPassesNaNAndInfinityOnOnlyWithinTheirRow() {
    LinearLayout layer = TestData.linear(3, 64);
    FloatSlab p = TestData.layer(arena, 5, layer);
    FloatSlab x = TestData.normals(arena, 6, 1, 3, layer.inputStride());
    FloatSlab y = FloatSlab.allocate(arena, 3, layer.outputStride());
    x.set(layer.inputStride(), Float.NaN);
    kernels.linear(x, 0, p, layer, y, 0, 3);
    for (int o = 0; o < 64; o++) {
      assertThat(y.get(o)).isFinite();
      assertThat(y.get(64 + o)).isNaN();
      assertThat(y.get(128 + o)).isFinite();
    }
  }

  @Test
  void tanhIsAccurateForAllKindsOfFloats() {
    // every 4093rd bit pattern: all exponents, denormals, infinities, NaN; then the edges
    float[] edges = {
      0,
      -0f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      Float.MIN_VALUE,
      Float.MIN_NORMAL,
      7.9053f,
      7.9054f,
      -7.9054f,
      9.1f,
      20,
      -88
    };
    int count = LinearLayout.padded((int) ((1L << 32) / 4093));
    FloatSlab y = FloatSlab.allocate(arena, count);
    for (int i = 0; i < count; i++) {
      y.set(i, Float.intBitsToFloat(4093 * i));
    }
    y.set(count / 2, edges);
    float[] x = y.toArray();
    kernels.activate(Activation.TANH, y, 0, count);
    for (int i = 0; i < count; i++) {
      double want = StrictMath.tanh(x[i]);
      // 3e-7, five units of rounding, is what the rational function of nn.cpu leaves; results near
      // and below the least normal float lose bits to its multiplication by 0.0049
      double tolerance = 3e-7 * Math.abs(want) + 0x1p-140;
      if (Float.isNaN(x[i])) {
        assertThat(y.get(i)).isNaN();
      } else if (!(Math.abs(y.get(i) - want) <= tolerance) || Math.abs(y.get(i)) > 1) {
        fail("tanh(%s) = %s, want %s", x[i], y.get(i), want);
      }
    }
  }

  @Test
  void reluKeepsPositivesAndNaN() {
    FloatSlab y = FloatSlab.allocate(arena, 16);
    y.set(0, new float[] {1, -1, 0, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY});
    kernels.activate(Activation.RELU, y, 0, 16);
    assertThat(y.toArray()).startsWith(1, 0, 0, Float.NaN, Float.POSITIVE_INFINITY, 0).hasSize(16);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationStaysWithinItsRange(Activation activation) {
    FloatSlab y = FloatSlab.allocate(arena, 64);
    y.fill(-3);
    kernels.activate(activation, y, 16, 32);
    for (int i = 0; i < 64; i++) {
      assertThat(y.get(i) == -3).isEqualTo(i < 16 || i >= 48);
    }
  }

  @Test
  void normalsAreBoxAndMullersOfTheWords() {
    int count = 4096;
    IntSlab radius = TestData.words(arena, 7, count);
    IntSlab angle = TestData.words(arena, 8, count);
    int[] corners = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x3fffffff, 0x40000000};
    for (int i = 0; i < corners.length * corners.length; i++) {
      radius.set(i, corners[i / corners.length]);
      angle.set(i, corners[i % corners.length]);
    }
    FloatSlab cosines = FloatSlab.allocate(arena, count);
    FloatSlab sines = FloatSlab.allocate(arena, count);
    kernels.normals(radius, angle, cosines, sines, count);
    for (int i = 0; i < count; i++) {
      double u = ((radius.get(i) >>> 1) + 0.5f) * 0x1p-31f; // in float, as defined
      double r = Math.sqrt(-2 * Math.log(u));
      double v = 2 * Math.PI * (angle.get(i) >> 8) * 0x1p-24;
      // radius and turn are good to some 2e-7 each
      Offset<Double> tolerance = offset(4e-7 * Math.abs(r));
      assertThat((double) cosines.get(i)).isCloseTo(r * Math.cos(v), tolerance);
      assertThat((double) sines.get(i)).isCloseTo(r * Math.sin(v), tolerance);
      assertThat(r).isLessThan(6.67);
    }
  }

  @Test
  void normalsHaveTheMomentsAndTailsOfNormals() {
    int rows = 64;
    int pairs = 16;
    int calls = 500;
    IntSlab radius = IntSlab.allocate(arena, rows, pairs);
    IntSlab angle = IntSlab.allocate(arena, rows, pairs);
    FloatSlab cosines = FloatSlab.allocate(arena, rows, pairs);
    FloatSlab sines = FloatSlab.allocate(arena, rows, pairs);
    double[] sums = new double[4];
    long beyond3 = 0;
    long beyond4 = 0;
    double cross = 0;
    for (int call = 0; call < calls; call++) {
      Philox.fill(9, Purpose.BENCHMARK, 0, rows, call, pairs, radius, angle);
      kernels.normals(radius, angle, cosines, sines, rows * pairs);
      for (int i = 0; i < rows * pairs; i++) {
        cross += (double) cosines.get(i) * sines.get(i);
        for (double z : new double[] {cosines.get(i), sines.get(i)}) {
          sums[0] += z;
          sums[1] += z * z;
          sums[2] += z * z * z;
          sums[3] += z * z * z * z;
          beyond3 += Math.abs(z) > 3 ? 1 : 0;
          beyond4 += Math.abs(z) > 4 ? 1 : 0;
        }
      }
    }
    // four standard deviations of each estimate for n independent normals; the seed is fixed
    double n = 2.0 * rows * pairs * calls;
    assertThat(Math.abs(sums[0] / n)).isLessThan(4 / Math.sqrt(n));
    assertThat(Math.abs(sums[1] / n - 1)).isLessThan(4 * Math.sqrt(2 / n));
    assertThat(Math.abs(sums[2] / n)).isLessThan(4 * Math.sqrt(15 / n));
    assertThat(Math.abs(sums[3] / n - 3)).isLessThan(4 * Math.sqrt(96 / n));
    assertThat(Math.abs(cross / (n / 2))).isLessThan(4 / Math.sqrt(n / 2));
    assertThat((double) beyond3).isCloseTo(2.6998e-3 * n, within4Sigma(2.6998e-3, n));
    assertThat((double) beyond4).isCloseTo(6.334e-5 * n, within4Sigma(6.334e-5, n));
  }

  private static Offset<Double> within4Sigma(double p, double n) {
    return offset(4 * Math.sqrt(p * (1 - p) * n));
  }

  @Test
  void rejectsSlabsThatAreTooSmallBeforeWriting() {
    LinearLayout layer = TestData.linear(3, 17);
    FloatSlab p = TestData.layer(arena, 12, layer);
    FloatSlab x = TestData.normals(arena, 13, 1, 4, 4);
    FloatSlab y = FloatSlab.allocate(arena, 4, 32);
    FloatSlab small = FloatSlab.allocate(arena, p.length() - 16);
    y.fill(CANARY);
    rejects(() -> kernels.linear(x, 0, p, layer, y, 0, 5));
    rejects(() -> kernels.linear(x, 1, p, layer, y, 0, 4));
    rejects(() -> kernels.linear(x, 0, p, layer, y, 1, 4));
    rejects(() -> kernels.linear(x, -4, p, layer, y, 0, 1));
    rejects(() -> kernels.linear(x, 0, p, layer, y, -32, 1));
    rejects(() -> kernels.linear(x, 0, small, layer, y, 0, 1));
    rejects(() -> kernels.activate(Activation.TANH, y, 0, 144));
    rejects(() -> kernels.activate(Activation.RELU, y, 120, 16));
    IntSlab words = IntSlab.allocate(arena, 128);
    IntSlab fewWords = IntSlab.allocate(arena, 16);
    FloatSlab other = FloatSlab.allocate(arena, 128);
    rejects(() -> kernels.normals(words, fewWords, y, other, 32));
    rejects(() -> kernels.normals(fewWords, words, y, other, 32));
    rejects(() -> kernels.normals(words, words, y, small, 128));
    assertThat(y.toArray()).containsOnly(CANARY);
  }

  private static void rejects(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void rejectsCountsThatMakeNoSense() {
    FloatSlab y = FloatSlab.allocate(arena, 64);
    IntSlab words = IntSlab.allocate(arena, 64);
    LinearLayout layer = new LinearLayout(4, 4, 16, 16, 0, 0);
    assertThatThrownBy(() -> kernels.linear(y, 0, y, layer, y, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rows=0");
    assertThatThrownBy(() -> kernels.activate(Activation.TANH, y, 0, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("count=8");
    assertThatThrownBy(() -> kernels.normals(words, words, y, y, 15))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
