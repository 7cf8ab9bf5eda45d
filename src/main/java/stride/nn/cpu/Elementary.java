package stride.nn.cpu;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * tanh, exp and log by the polynomials of Eigen and Cephes: the same bits everywhere, which library
 * functions do not promise.
 *
 * <p>Limits are compared and blended, not taken by min and max: those cost five instructions each
 * for the sake of -0 and NaN, and a blend leaves NaN alone.
 */
final class Elementary {
  // the rational function of tanh is 0.9999999 here, and not to be trusted beyond
  private static final float TANH_EDGE = 7.905311f;

  private static final float LOG2_E = 1.442695f;
  // ln 2 in two parts; products of the first with small integers are exact
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.1219444e-4f;
  // adding and subtracting it rounds to the nearest integer
  private static final float ROUNDER = 0x1.8p23f;
  // exp is 0 below the first and infinite above the second
  private static final float EXP_LOW = -104;
  private static final float EXP_HIGH = 89;
  // bits of sqrt(1/2): mantissas are taken from there to sqrt(2)
  private static final int SQRT_HALF = 0x3f3504f3;

  private Elementary() {}

  /**
   * tanh by a rational approximation (Eigen), an odd polynomial of degree 13 over an even one of
   * degree 6. Error at most 3e-7 of the result, or 2^-140 where the result is denormal; never
   * beyond 1.
   */
  static FloatVector tanh(FloatVector x) {
    x = x.blend(TANH_EDGE, x.compare(GT, TANH_EDGE));
    x = x.blend(-TANH_EDGE, x.compare(LT, -TANH_EDGE));
    FloatVector q = x.mul(x);
    FloatVector p =
        q.fma(-2.7607684e-16f, 2.000188e-13f)
            .fma(q, all(-8.6046715e-11f))
            .fma(q, all(5.1222973e-8f))
            .fma(q, all(1.48572235e-5f))
            .fma(q, all(6.3726195e-4f))
            .fma(q, all(4.8935246e-3f))
            .mul(x);
    FloatVector d =
        q.fma(1.1982584e-6f, 1.1853471e-4f).fma(q, all(2.2684347e-3f)).fma(q, all(4.893525e-3f));
    return p.div(d);
  }

  /**
   * e^x: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes). Error at most 1e-7 of the
   * result, or 2^-149 where that is denormal.
   */
  static FloatVector exp(FloatVector x) {
    x = x.blend(EXP_LOW, x.compare(LT, EXP_LOW));
    x = x.blend(EXP_HIGH, x.compare(GT, EXP_HIGH));
    FloatVector n = x.fma(LOG2_E, ROUNDER).sub(ROUNDER);
    FloatVector r = n.fma(all(-LN2_HIGH), x);
    r = n.fma(all(-LN2_LOW), r);
    FloatVector p =
        r.fma(1.9875691e-4f, 1.3981999e-3f)
            .fma(r, all(8.333452e-3f))
            .fma(r, all(4.1665796e-2f))
            .fma(r, all(1.6666666e-1f))
            .fma(r, all(0.5f))
            .fma(r.mul(r), r)
            .add(1);
    // in two steps: 2^n alone overflows before the result does, and cannot be denormal
    IntVector exponent = (IntVector) n.convert(F2I, 0);
    IntVector half = exponent.lanewise(ASHR, 1);
    return p.mul(power(half)).mul(power(exponent.sub(half)));
  }

  /** 2^n for n from -126 to 127. */
  private static FloatVector power(IntVector n) {
    return n.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
  }

  /** log for all floats: that of normal numbers, and what it does not cover. */
  static FloatVector log(FloatVector x) {
    VectorMask<Float> small = x.compare(LT, Float.MIN_NORMAL);
    FloatVector y = logOfNormal(x.blend(x.mul(0x1p25f), small));
    y = y.blend(y.sub(17.328680f), small); // 25 log 2
    y = y.blend(Float.NaN, x.compare(GE, 0).not());
    y = y.blend(Float.NEGATIVE_INFINITY, x.compare(EQ, 0));
    return y.blend(Float.POSITIVE_INFINITY, x.compare(EQ, Float.POSITIVE_INFINITY));
  }

  /**
   * log of positive normal finite floats: exponent times ln 2 plus a polynomial of the mantissa in
   * [sqrt(1/2), sqrt(2)) (Cephes). Error at most 1e-7 of the result.
   */
  static FloatVector logOfNormal(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector exponent = bits.sub(SQRT_HALF).lanewise(ASHR, 23);
    FloatVector m = bits.sub(exponent.lanewise(LSHL, 23)).reinterpretAsFloats().sub(1);
    FloatVector n = (FloatVector) exponent.convert(I2F, 0);
    FloatVector p =
        m.fma(7.0376836e-2f, -1.151461e-1f)
            .fma(m, all(1.16769984e-1f))
            .fma(m, all(-1.2420141e-1f))
            .fma(m, all(1.4249323e-1f))
            .fma(m, all(-1.6668057e-1f))
            .fma(m, all(2.0000714e-1f))
            .fma(m, all(-2.4999994e-1f))
            .fma(m, all(3.3333332e-1f));
    FloatVector q = m.mul(m);
    p = p.mul(m).mul(q);
    p = n.fma(all(LN2_LOW), p);
    p = q.fma(all(-0.5f), p);
    return n.fma(all(LN2_HIGH), p.add(m));
  }

  /** y = e^x, a vector at a time; offsets in bytes; y may be x. */
  static void exponentials(MemorySegment x, long xAt, MemorySegment y, long yAt, int vectors) {
    for (int i = 0; i < vectors; i++) {
      exp(load(x, xAt + i * BYTES)).intoMemorySegment(y, yAt + i * BYTES, ORDER);
    }
  }

  /** y = log x, a vector at a time; offsets in bytes; y may be x. */
  static void logarithms(MemorySegment x, long xAt, MemorySegment y, long yAt, int vectors) {
    for (int i = 0; i < vectors; i++) {
      log(load(x, xAt + i * BYTES)).intoMemorySegment(y, yAt + i * BYTES, ORDER);
    }
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
  }
}
