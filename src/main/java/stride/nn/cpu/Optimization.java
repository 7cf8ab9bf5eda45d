package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import stride.nn.Adam;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
import stride.nn.OptimizationKernels;
import stride.nn.RmsProp;

/** Sums of gradients, their norm, and the optimisers' steps; offsets in bytes. */
final class Optimization {
  private Optimization() {}

  static void add(MemorySegment x, MemorySegment y, MemorySegment sum, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector a = load(x, i * BYTES);
      a.add(load(y, i * BYTES)).intoMemorySegment(sum, i * BYTES, ORDER);
    }
  }

  static double sumOfSquares(MemorySegment x, long length, MemorySegment lanes) {
    double total = 0;
    for (long from = 0; from < length; from += Kernels.SQUARES_BLOCK) {
      long count = Math.min(Kernels.SQUARES_BLOCK, length - from);
      int groups = (int) count / LinearLayout.ALIGNMENT;
      for (int lane = 0; lane < LinearLayout.ALIGNMENT; lane += LANES) {
        squares(x, 4 * (from + lane), groups, lanes, 4L * lane);
      }
      for (int lane = 0; lane < LinearLayout.ALIGNMENT; lane++) {
        total += lanes.get(JAVA_FLOAT, 4L * lane);
      }
    }
    return total;
  }

  static void blockSquares(MemorySegment x, long length, MemorySegment sums) {
    long at = 0;
    for (long from = 0; from < length; from += Kernels.SQUARES_BLOCK) {
      long count = Math.min(Kernels.SQUARES_BLOCK, length - from);
      int groups = (int) count / LinearLayout.ALIGNMENT;
      for (int lane = 0; lane < LinearLayout.ALIGNMENT; lane += LANES) {
        squares(x, 4 * (from + lane), groups, sums, 4 * (at + lane));
      }
      at += LinearLayout.ALIGNMENT;
    }
  }

  /** A vector's share of each group of 16. */
  private static void squares(
      MemorySegment x, long at, int groups, MemorySegment lanes, long lanesAt) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < groups; i++) {
      FloatVector v = load(x, at + 4L * LinearLayout.ALIGNMENT * i);
      sum = v.fma(v, sum);
    }
    sum.intoMemorySegment(lanes, lanesAt, ORDER);
  }

  static void adam(
      Adam adam,
      MemorySegment p,
      MemorySegment g,
      MemorySegment m,
      MemorySegment v,
      long at,
      int vectors) {
    final float scale = adam.scale();
    final float newMean = 1 - adam.beta1();
    final float beta2 = adam.beta2();
    final float newSquare = 1 - beta2;
    final float step = adam.step();
    final float root = adam.root();
    final float eps = adam.eps();
    for (int i = 0; i < vectors; i++) {
      long here = at + i * BYTES;
      FloatVector d = load(g, here).mul(scale);
      FloatVector mean = load(m, here);
      mean = d.sub(mean).fma(FloatVector.broadcast(FLOATS, newMean), mean);
      FloatVector square = d.mul(newSquare).fma(d, load(v, here).mul(beta2));
      mean.intoMemorySegment(m, here, ORDER);
      square.intoMemorySegment(v, here, ORDER);
      FloatVector change = mean.mul(step).div(square.sqrt().mul(root).add(eps));
      load(p, here).sub(change).intoMemorySegment(p, here, ORDER);
    }
  }

  static void rmsProp(
      RmsProp rule, MemorySegment p, MemorySegment g, MemorySegment v, long at, int vectors) {
    final float scale = rule.scale();
    final float alpha = rule.alpha();
    final float share = rule.share();
    final float rate = rule.rate();
    final float eps = rule.eps();
    for (int i = 0; i < vectors; i++) {
      long here = at + i * BYTES;
      FloatVector d = load(g, here).mul(scale);
      FloatVector square = d.mul(share).fma(d, load(v, here).mul(alpha));
      square.intoMemorySegment(v, here, ORDER);
      FloatVector change = d.mul(rate).div(square.sqrt().add(eps));
      load(p, here).sub(change).intoMemorySegment(p, here, ORDER);
    }
  }

  static void sgd(float scale, MemorySegment p, MemorySegment g, long at, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = at + i * BYTES;
      FloatVector factor = FloatVector.broadcast(FLOATS, -scale);
      load(g, here).fma(factor, load(p, here)).intoMemorySegment(p, here, ORDER);
    }
  }

  static void lerp(MemorySegment target, MemorySegment source, float tau, long at, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = at + i * BYTES;
      FloatVector old = load(target, here);
      FloatVector way = load(source, here).sub(old);
      way.fma(FloatVector.broadcast(FLOATS, tau), old).intoMemorySegment(target, here, ORDER);
    }
  }

  static void dropTiny(MemorySegment x, long at, int vectors) {
    final FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < vectors; i++) {
      long here = at + i * BYTES;
      FloatVector v = load(x, here);
      v.blend(zero, v.abs().lt(OptimizationKernels.TINY)).intoMemorySegment(x, here, ORDER);
    }
  }
}
