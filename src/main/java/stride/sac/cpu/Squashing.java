package stride.sac.cpu;

import static jdk.incubator.vector.VectorOperators.LT;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import stride.nn.SquashedHead;

/**
 * What is done with columns, a vector at a time; offsets in bytes.
 *
 * <p>tanh and its derivative both come from {@code e = exp(-2 |x|)}: {@code 1 - tanh^2 x = 4 e / (1
 * + e)^2} is exact to some roundings where {@code 1 - y * y} has lost all digits, which is where
 * actions lie that press against their bounds.
 */
final class Squashing {
  private static final float HALF_LOG_TWO_PI = 0.9189385f;

  private Squashing() {}

  /** -2 |x|. */
  static void exponents(MemorySegment columns, long x, long to, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      load(columns, x + here).abs().mul(-2).intoMemorySegment(columns, to + here, ORDER);
    }
  }

  /** x becomes tanh x, and e its derivative. */
  static void tanh(MemorySegment columns, long x, long e, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector small = load(columns, e + here);
      FloatVector in = load(columns, x + here);
      FloatVector more = small.add(1);
      FloatVector y = FloatVector.broadcast(FLOATS, 1).sub(small).div(more);
      y.blend(y.neg(), in.compare(LT, 0)).intoMemorySegment(columns, x + here, ORDER);
      small.mul(4).div(more.mul(more)).intoMemorySegment(columns, e + here, ORDER);
    }
  }

  /** tanh becomes the log-std, and its derivative that of the log-std. */
  static void logStds(MemorySegment columns, long y, long slopes, int vectors) {
    final float half = SquashedHead.LOG_STD_HALF;
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      load(columns, y + here)
          .add(1)
          .mul(half)
          .add(SquashedHead.LOG_STD_MIN)
          .intoMemorySegment(columns, y + here, ORDER);
      load(columns, slopes + here).mul(half).intoMemorySegment(columns, slopes + here, ORDER);
    }
  }

  /** A std becomes std * noise, and a mean what is squashed. */
  static void spread(
      MemorySegment columns, MemorySegment noise, long means, long stds, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector spread = load(columns, stds + here).mul(load(noise, here));
      spread.intoMemorySegment(columns, stds + here, ORDER);
      load(columns, means + here).add(spread).intoMemorySegment(columns, means + here, ORDER);
    }
  }

  static void scale(MemorySegment columns, long at, float factor, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = at + i * BYTES;
      load(columns, here).mul(factor).intoMemorySegment(columns, here, ORDER);
    }
  }

  /** What an element adds to log-probabilities before it is squashed. */
  static void addGaussian(
      MemorySegment logProbs,
      MemorySegment noise,
      MemorySegment columns,
      long element,
      long logStds,
      int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector n = load(noise, element + here);
      FloatVector logNorm = load(columns, logStds + element + here).add(HALF_LOG_TWO_PI);
      n.mul(-0.5f)
          .fma(n, load(logProbs, here).sub(logNorm))
          .intoMemorySegment(logProbs, here, ORDER);
    }
  }

  static void densities(MemorySegment columns, long widths, long to, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      load(columns, widths + here)
          .add(SquashedHead.DENSITY_FLOOR)
          .intoMemorySegment(columns, to + here, ORDER);
    }
  }

  static void subtract(MemorySegment from, MemorySegment columns, long at, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      load(from, here).sub(load(columns, at + here)).intoMemorySegment(from, here, ORDER);
    }
  }

  /**
   * Gradients of means and raw log-stds.
   *
   * @param entropy weight * alpha
   * @param ofActions where the gradients of actions are, which those of means overwrite
   * @param slopes where those of the raw log-stds are put
   */
  static void gradient(
      MemorySegment columns,
      float entropy,
      long y,
      long widths,
      long ofActions,
      long slopes,
      long spreads,
      int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector width = load(columns, widths + here);
      FloatVector share = width.div(width.add(SquashedHead.DENSITY_FLOOR));
      FloatVector ofLogProb = load(columns, y + here).mul(2 * entropy).mul(share);
      FloatVector ofMean = load(columns, ofActions + here).fma(width, ofLogProb);
      ofMean.intoMemorySegment(columns, ofActions + here, ORDER);
      ofMean
          .mul(load(columns, spreads + here))
          .sub(entropy)
          .mul(load(columns, slopes + here))
          .intoMemorySegment(columns, slopes + here, ORDER);
    }
  }
}
