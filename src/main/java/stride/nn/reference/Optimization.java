package stride.nn.reference;

import stride.memory.FloatSlab;
import stride.nn.Adam;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
import stride.nn.OptimizationKernels;
import stride.nn.RmsProp;

/** The norm of gradients and the optimisers' steps, over elements {@code [from, to)}. */
final class Optimization {
  private Optimization() {}

  static double sumOfSquares(FloatSlab x, FloatSlab lanes) {
    double total = 0;
    for (long from = 0; from < x.length(); from += Kernels.SQUARES_BLOCK) {
      squares(x, from, lanes, 0);
      for (int lane = 0; lane < LinearLayout.ALIGNMENT; lane++) {
        total += lanes.get(lane);
      }
    }
    return total;
  }

  static void blockSquares(FloatSlab x, FloatSlab sums) {
    long at = 0;
    for (long from = 0; from < x.length(); from += Kernels.SQUARES_BLOCK) {
      squares(x, from, sums, at);
      at += LinearLayout.ALIGNMENT;
    }
  }

  /** The 16 sums of a block. */
  private static void squares(FloatSlab x, long from, FloatSlab sums, long at) {
    long to = Math.min(from + Kernels.SQUARES_BLOCK, x.length());
    for (int lane = 0; lane < LinearLayout.ALIGNMENT; lane++) {
      float sum = 0;
      for (long i = from + lane; i < to; i += LinearLayout.ALIGNMENT) {
        sum = Math.fma(x.get(i), x.get(i), sum);
      }
      sums.set(at + lane, sum);
    }
  }

  static void adam(
      Adam adam, FloatSlab p, FloatSlab gradients, FloatSlab m, FloatSlab v, long from, long to) {
    for (long i = from; i < to; i++) {
      float g = gradients.get(i) * adam.scale();
      float mean = Math.fma(g - m.get(i), 1 - adam.beta1(), m.get(i));
      float square = Math.fma(g * (1 - adam.beta2()), g, v.get(i) * adam.beta2());
      float root = (float) Math.sqrt(square) * adam.root() + adam.eps();
      m.set(i, mean);
      v.set(i, square);
      p.set(i, p.get(i) - mean * adam.step() / root);
    }
  }

  static void rmsProp(
      RmsProp rule, FloatSlab p, FloatSlab gradients, FloatSlab v, long from, long to) {
    for (long i = from; i < to; i++) {
      float g = gradients.get(i) * rule.scale();
      float square = Math.fma(g * rule.share(), g, v.get(i) * rule.alpha());
      v.set(i, square);
      p.set(i, p.get(i) - g * rule.rate() / ((float) Math.sqrt(square) + rule.eps()));
    }
  }

  static void sgd(float scale, FloatSlab p, FloatSlab gradients, long from, long to) {
    for (long i = from; i < to; i++) {
      p.set(i, Math.fma(gradients.get(i), -scale, p.get(i)));
    }
  }

  static void lerp(FloatSlab target, FloatSlab source, float tau, long from, long to) {
    for (long i = from; i < to; i++) {
      float old = target.get(i);
      float moved = Math.fma(source.get(i) - old, tau, old);
      target.set(i, tau == 1 ? source.get(i) : moved);
    }
  }

  static void dropTiny(FloatSlab x, long from, long to) {
    for (long i = from; i < to; i++) {
      if (Math.abs(x.get(i)) < OptimizationKernels.TINY) {
        x.set(i, 0);
      }
    }
  }
}
