package stride.nn.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import stride.memory.FloatSlab;

/** exp and log against StrictMath on floats of all kinds; tanh is covered as an activation. */
@Tag("vector")
final class ElementaryTest {
  // every 4093rd bit pattern: all exponents and signs, denormals, infinities, NaN
  private static final int STEP = 4093;
  private static final int COUNT = 1 << 20;
  private static final float[] EDGES = {
    0,
    -0f,
    1,
    -1,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    88.72283f,
    88.72284f,
    -87.33654f,
    -87.33655f,
    -103.27893f,
    -103.97207f,
    -103.97208f,
    -104,
    -105,
    89,
    90
  };

  @FunctionalInterface
  private interface Kernel {
    void run(FloatSlab x, FloatSlab y, int vectors);
  }

  @Test
  void expIsAccurate() {
    check(
        (x, y, vectors) -> Elementary.exponentials(x.segment(), 0, y.segment(), 0, vectors),
        StrictMath::exp);
  }

  @Test
  void logIsAccurate() {
    check(
        (x, y, vectors) -> Elementary.logarithms(x.segment(), 0, y.segment(), 0, vectors),
        StrictMath::log);
  }

  private static void check(Kernel kernel, DoubleUnaryOperator exact) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab x = FloatSlab.allocate(arena, COUNT);
      FloatSlab y = FloatSlab.allocate(arena, COUNT);
      for (int i = 0; i < COUNT; i++) {
        x.set(i, Float.intBitsToFloat(STEP * i));
      }
      x.set(12345, EDGES);
      kernel.run(x, y, COUNT / Lanes.LANES);
      for (int i = 0; i < COUNT; i++) {
        double want = exact.applyAsDouble(x.get(i));
        float rounded = (float) want;
        if (Float.isNaN(rounded) || Float.isInfinite(rounded)) {
          assertThat(Float.compare(y.get(i), rounded)).as("of %s", x.get(i)).isZero();
          continue;
        }
        // all floats of every 37th bit pattern gave 8.3e-8 (1.4 units of rounding, which is what
        // Cephes' polynomials leave); a denormal result is rounded to a multiple of 2^-149
        double tolerance = 1e-7 * Math.abs(want) + (Math.abs(want) < 1e-37 ? 0x1p-149 : 0);
        if (!(Math.abs(y.get(i) - want) <= tolerance)) {
          fail("of %s: %s, want %s", x.get(i), y.get(i), want);
        }
      }
    }
  }
}
