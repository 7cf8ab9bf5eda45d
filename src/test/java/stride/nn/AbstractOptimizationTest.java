package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;

/** What {@link OptimizationKernels} must do with parameters, beside Adam. */
abstract class AbstractOptimizationTest {
  private static final float CANARY = 12345;
  private static final int OFFSET = 16;

  private final Kernels kernels;
  private Arena arena;

  AbstractOptimizationTest(Backend backend) {
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

  /** Normals, with 16 elements before and behind that must stay. */
  private FloatSlab framed(int seed, int count) {
    FloatSlab slab = FloatSlab.allocate(arena, count + 2L * OFFSET);
    slab.fill(CANARY);
    slab.set(OFFSET, TestData.normals(arena, seed, 1, count).toArray());
    return slab;
  }

  private static void assertFrame(FloatSlab slab) {
    for (int i = 0; i < OFFSET; i++) {
      assertThat(slab.get(i)).isEqualTo(CANARY);
      assertThat(slab.get(slab.length() - 1 - i)).isEqualTo(CANARY);
    }
  }

  private FloatSlab filled(float value) {
    FloatSlab slab = FloatSlab.allocate(arena, 16);
    slab.fill(value);
    return slab;
  }

  @Test
  void rmsPropTakesTheStepThatIsComputedByHand() {
    FloatSlab parameters = filled(2);
    FloatSlab gradients = filled(16);
    FloatSlab squares = filled(2);
    gradients.set(1, -16);
    RmsProp rule = new RmsProp(0.5, 1);
    rule.prepare(0.5, 0.25);
    kernels.rmsProp(rule, parameters, gradients, squares, 0, 16);
    // g = 4, square = 2 / 2 + 16 / 2 = 9, step = 0.5 * 4 / (3 + 1)
    assertThat(squares.toArray()).containsOnly(9);
    assertThat(parameters.get(0)).isEqualTo(1.5f);
    assertThat(parameters.get(1)).isEqualTo(2.5f);
    assertThat(gradients.get(0)).isEqualTo(16);
  }

  @Test
  void rmsPropDoesNotMoveWithoutAGradient() {
    FloatSlab parameters = filled(2);
    FloatSlab squares = filled(0);
    RmsProp rule = new RmsProp(1e-8);
    rule.prepare(0.5, 1);
    kernels.rmsProp(rule, parameters, filled(0), squares, 0, 16);
    assertThat(parameters.toArray()).containsOnly(2);
    assertThat(squares.toArray()).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 48, 112, 1040})
  void rmsPropFollowsItsFormula(int count) {
    FloatSlab parameters = framed(1, count);
    FloatSlab squares = framed(3, count);
    double[] p = new double[count];
    double[] v = new double[count];
    for (int i = 0; i < count; i++) {
      squares.set(OFFSET + (long) i, Math.abs(squares.get(OFFSET + (long) i)));
      p[i] = parameters.get(OFFSET + (long) i);
      v[i] = squares.get(OFFSET + (long) i);
    }
    RmsProp rule = new RmsProp(1e-5);
    for (int step = 0; step < 5; step++) {
      FloatSlab gradients = framed(10 + step, count);
      rule.prepare(7e-4, 0.3);
      kernels.rmsProp(rule, parameters, gradients, squares, OFFSET, count);
      for (int i = 0; i < count; i++) {
        double g = 0.3 * gradients.get(OFFSET + (long) i);
        v[i] = 0.99 * v[i] + 0.01 * g * g;
        p[i] -= 7e-4 * g / (Math.sqrt(v[i]) + 1e-5);
      }
    }
    for (int i = 0; i < count; i++) {
      // five roundings of numbers of a few units, each by 2^-24 of itself; steps are far smaller
      assertThat((double) parameters.get(OFFSET + (long) i)).isCloseTo(p[i], offset(1e-6));
      assertThat((double) squares.get(OFFSET + (long) i)).isCloseTo(v[i], offset(2e-6));
    }
    assertFrame(parameters);
    assertFrame(squares);
  }

  @Test
  void rmsPropTakesTheClippedStepOfPyTorch() {
    JsonNode golden = Golden.values("a2c_categorical");
    JsonNode hyper = golden.get("hyper");
    FloatSlab parameters = flat(golden.get("params"));
    FloatSlab gradients = flat(golden.get("grads"));
    FloatSlab want = flat(golden.get("params_after_1"));
    FloatSlab squares = FloatSlab.allocate(arena, parameters.length());
    double norm = Math.sqrt(kernels.sumOfSquares(gradients, FloatSlab.allocate(arena, 16)));
    assertThat(norm).isCloseTo(golden.get("grad_norm").asDouble(), offset(1e-6));
    double scale = hyper.get("max_grad_norm").asDouble() / (norm + 1e-6);
    assertThat(scale).isLessThan(1);
    RmsProp rule = new RmsProp(hyper.get("rms_alpha").asDouble(), hyper.get("rms_eps").asDouble());
    rule.prepare(hyper.get("lr").asDouble(), scale);
    kernels.rmsProp(rule, parameters, gradients, squares, 0, parameters.length());
    for (long i = 0; i < want.length(); i++) {
      // the step, 0.007 at most, to some 1e-6 of itself, and one rounding of a number below 1
      assertThat(parameters.get(i)).isCloseTo(want.get(i), offset(7e-8f));
    }
  }

  /** All tensors one after the other, then zeros. */
  private FloatSlab flat(JsonNode tensors) {
    int length = 0;
    for (JsonNode tensor : tensors) {
      length += Golden.floats(tensor).length;
    }
    FloatSlab slab = FloatSlab.allocate(arena, LinearLayout.padded(length));
    long at = 0;
    for (JsonNode tensor : tensors) {
      float[] values = Golden.floats(tensor);
      slab.set(at, values);
      at += values.length;
    }
    return slab;
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 1024, 1040, 5008})
  void sumsOfSquaresOfBlocksAddUpToThatOfAll(int count) {
    FloatSlab x = TestData.normals(arena, 5, 1, count);
    int blocks = Math.ceilDiv(count, OptimizationKernels.SQUARES_BLOCK);
    FloatSlab sums = FloatSlab.allocate(arena, blocks + 1, 16);
    sums.fill(CANARY);
    kernels.blockSquares(x, sums);
    double first = 0;
    for (int i = 0; i < Math.min(count, OptimizationKernels.SQUARES_BLOCK); i += 16) {
      first += (double) x.get(i) * x.get(i);
    }
    // 64 roundings to 24 bits
    assertThat((double) sums.get(0)).isCloseTo(first, offset(64 * 0x1p-24 * first));
    for (int i = 0; i < 16; i++) {
      assertThat(sums.get(16L * blocks + i)).isEqualTo(CANARY);
    }
    double want = kernels.sumOfSquares(x, FloatSlab.allocate(arena, 16));
    assertThat(kernels.total(sums.slice(0, 16L * blocks))).isEqualTo(want);
  }

  @Test
  void gradientDescentRoundsOnce() {
    FloatSlab parameters = filled(2);
    FloatSlab gradients = filled(3);
    parameters.set(1, 1 + 0x1p-11f);
    gradients.set(1, 1 + 0x1p-12f);
    kernels.sgd(0.25f, parameters, gradients, 0, 16);
    assertThat(parameters.get(0)).isEqualTo(1.25f);
    parameters.set(1, 1 + 0x1p-11f);
    kernels.sgd(1 + 0x1p-12f, parameters, gradients, 0, 16);
    // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24, whose last bit a rounded product would lose
    assertThat(parameters.get(1)).isEqualTo(-0x1p-24f);
    assertThat(gradients.get(0)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 48, 112, 1040})
  void gradientDescentStaysWithinItsRange(int count) {
    FloatSlab parameters = framed(1, count);
    FloatSlab gradients = framed(2, count);
    float[] before = parameters.toArray();
    kernels.sgd(0.1f, parameters, gradients, OFFSET, count);
    for (int i = OFFSET; i < OFFSET + count; i++) {
      assertThat(parameters.get(i)).isEqualTo(Math.fma(-0.1f, gradients.get(i), before[i]));
    }
    assertFrame(parameters);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 48, 112, 1040})
  void whatIsTinyBecomesNothing(int count) {
    FloatSlab x = framed(1, count);
    float[] some = {1e-30f, -1e-30f, 0.99e-30f, -0.99e-30f, 1e-40f, -1e-40f, Float.NaN, 1};
    float[] left = {1e-30f, -1e-30f, 0, 0, 0, 0, Float.NaN, 1};
    for (int i = 0; i < count; i++) {
      x.set(OFFSET + i, some[i % some.length]);
    }
    kernels.dropTiny(x, OFFSET, count);
    for (int i = 0; i < count; i++) {
      assertThat(x.get(OFFSET + i)).as("%d", i).isEqualTo((Float) left[i % left.length]);
    }
    assertFrame(x);
  }

  @Test
  void aFollowerMovesByItsShare() {
    FloatSlab target = filled(1);
    FloatSlab source = filled(3);
    target.set(1, -(0.5f + 0x1p-12f));
    source.set(1, 0.5f);
    kernels.lerp(target, source, 0.25f, 0, 16);
    assertThat(target.get(0)).isEqualTo(1.5f);
    target.set(1, -(0.5f + 0x1p-12f));
    kernels.lerp(target, source, 0.5f + 0x1p-13f, 0, 16);
    // the difference is exact, its product 0.5 + 2^-12 + 2^-25, whose last bit would be rounded off
    assertThat(target.get(1)).isEqualTo(0x1p-25f);
    assertThat(source.get(0)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 48, 112, 1040})
  void aFollowerStaysWithinItsRange(int count) {
    FloatSlab target = framed(1, count);
    FloatSlab source = framed(2, count);
    float[] before = target.toArray();
    kernels.lerp(target, source, 0.005f, OFFSET, count);
    for (int i = OFFSET; i < OFFSET + count; i++) {
      float want = Math.fma(source.get(i) - before[i], 0.005f, before[i]);
      assertThat(target.get(i)).isEqualTo(want);
    }
    assertFrame(target);
  }

  @Test
  void aShareOfOneCopies() {
    FloatSlab target = framed(1, 48);
    FloatSlab source = FloatSlab.allocate(arena, 80);
    source.set(OFFSET, new float[] {1e-8f, -0f, Float.MIN_VALUE, 3, Float.POSITIVE_INFINITY});
    target.set(OFFSET, new float[] {1e8f, 1, Float.MAX_VALUE, Float.NaN, 0});
    kernels.lerp(target, source, 1, OFFSET, 48);
    for (int i = OFFSET; i < OFFSET + 48; i++) {
      assertThat(Float.floatToRawIntBits(target.get(i)))
          .isEqualTo(Float.floatToRawIntBits(source.get(i)));
    }
    assertFrame(target);
  }

  @Test
  void nanStaysNaN() {
    FloatSlab gradients = filled(1);
    gradients.set(5, Float.NaN);
    FloatSlab stepped = filled(1);
    FloatSlab descended = filled(1);
    FloatSlab target = filled(1);
    RmsProp rule = new RmsProp(1e-8);
    rule.prepare(0.1, 1);
    kernels.rmsProp(rule, stepped, gradients, filled(0), 0, 16);
    kernels.sgd(0.1f, descended, gradients, 0, 16);
    kernels.lerp(target, gradients, 0.1f, 0, 16);
    for (FloatSlab each : new FloatSlab[] {stepped, descended, target}) {
      for (int i = 0; i < 16; i++) {
        assertThat(Float.isNaN(each.get(i))).as("%d", i).isEqualTo(i == 5);
      }
    }
  }

  @Test
  void rejectsWhatDoesNotFitBeforeWriting() {
    FloatSlab x = filled(CANARY);
    FloatSlab longer = FloatSlab.allocate(arena, 32);
    longer.fill(CANARY);
    RmsProp rule = new RmsProp(1e-8);
    rule.prepare(0.1, 1);
    rejects(() -> kernels.rmsProp(rule, longer, longer, x, 0, 32));
    rejects(() -> kernels.rmsProp(rule, longer, x, longer, 0, 32));
    rejects(() -> kernels.rmsProp(rule, x, longer, longer, 0, 32));
    rejects(() -> kernels.rmsProp(rule, longer, longer, longer, 24, 16));
    rejects(() -> kernels.sgd(1, x, longer, 0, 32));
    rejects(() -> kernels.sgd(1, longer, x, 0, 32));
    rejects(() -> kernels.sgd(1, longer, longer, -16, 16));
    rejects(() -> kernels.lerp(x, longer, 0.5f, 0, 32));
    rejects(() -> kernels.lerp(longer, x, 0.5f, 0, 32));
    rejects(() -> kernels.lerp(longer, x, 1, 16, 16));
    rejects(() -> kernels.blockSquares(FloatSlab.allocate(arena, 1040), longer.slice(0, 16)));
    assertThatThrownBy(() -> kernels.sgd(1, x, x, 0, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("count=8");
    assertThat(x.toArray()).containsOnly(CANARY);
    assertThat(longer.toArray()).containsOnly(CANARY);
  }

  private static void rejects(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
