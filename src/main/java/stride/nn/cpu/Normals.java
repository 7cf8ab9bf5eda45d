package stride.nn.cpu;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;
import static stride.nn.cpu.Lanes.loadInts;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** Box and Muller's normals; radius and angle in passes of their own, small enough for C2. */
final class Normals {
  // adding and subtracting it rounds to the nearest integer
  private static final float ROUNDER = 0x1.8p23f;
  // angles come in units of which 2^24 are 2 pi, and 2^22 a quarter turn
  private static final float QUARTER_TURN = 0x1p22f;
  private static final float RADIANS_PER_UNIT = (float) (Math.PI * 0x1p-23);

  private Normals() {}

  static void normals(
      MemorySegment radiusWords,
      MemorySegment angleWords,
      MemorySegment cosines,
      MemorySegment sines,
      int vectors) {
    radii(radiusWords, cosines, vectors);
    turns(angleWords, cosines, sines, vectors);
  }

  /** radius = sqrt(-2 log u). */
  private static void radii(MemorySegment words, MemorySegment radii, int vectors) {
    for (int i = 0; i < vectors; i++) {
      IntVector word = loadInts(words, i * BYTES).lanewise(LSHR, 1);
      FloatVector u = ((FloatVector) word.convert(I2F, 0)).add(0.5f).mul(0x1p-31f);
      Elementary.logOfNormal(u).mul(-2).sqrt().intoMemorySegment(radii, i * BYTES, ORDER);
    }
  }

  /** Replaces radii by radius * cos(angle); sines become radius * sin(angle). */
  private static void turns(
      MemorySegment words, MemorySegment cosines, MemorySegment sines, int vectors) {
    for (int i = 0; i < vectors; i++) {
      // the angle in [-2^23, 2^23) is some quarter turns and a rest in [-pi/4, pi/4]
      FloatVector angle =
          (FloatVector) loadInts(words, i * BYTES).lanewise(ASHR, 8).convert(I2F, 0);
      FloatVector quarters = angle.mul(1 / QUARTER_TURN).add(ROUNDER).sub(ROUNDER);
      FloatVector x = quarters.fma(all(-QUARTER_TURN), angle).mul(RADIANS_PER_UNIT);
      FloatVector sin = sin(x);
      FloatVector cos = cos(x);
      // odd quarters exchange sine and cosine; signs go round with the quarters
      IntVector quarter = (IntVector) quarters.convert(F2I, 0);
      VectorMask<Float> odd = quarter.and(1).compare(NE, 0).cast(FLOATS);
      FloatVector radius = load(cosines, i * BYTES);
      flip(cos.blend(sin, odd), quarter.add(1))
          .mul(radius)
          .intoMemorySegment(cosines, i * BYTES, ORDER);
      flip(sin.blend(cos, odd), quarter).mul(radius).intoMemorySegment(sines, i * BYTES, ORDER);
    }
  }

  /** Negates where bit 1 of the quarter is set. */
  private static FloatVector flip(FloatVector value, IntVector quarter) {
    IntVector sign = quarter.and(2).lanewise(LSHL, 30);
    return value.reinterpretAsInts().lanewise(XOR, sign).reinterpretAsFloats();
  }

  /** sin on [-pi/4, pi/4] (Cephes). */
  private static FloatVector sin(FloatVector x) {
    FloatVector z = x.mul(x);
    return z.fma(-1.9515296e-4f, 8.332161e-3f).fma(z, all(-1.6666655e-1f)).fma(z.mul(x), x);
  }

  /** cos on [-pi/4, pi/4] (Cephes). */
  private static FloatVector cos(FloatVector x) {
    FloatVector z = x.mul(x);
    return z.fma(2.4433157e-5f, -1.3887316e-3f)
        .fma(z, all(4.1666646e-2f))
        .fma(z.mul(z), z.fma(-0.5f, 1));
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }
}
