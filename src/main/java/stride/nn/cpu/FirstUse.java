package stride.nn.cpu;

import java.lang.foreign.Arena;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.nn.Activation;
import stride.nn.Adam;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
import stride.nn.RunningStatistics;

/**
 * Runs vector kernels once, so that all classes of the Vector API are loaded before any is
 * compiled.
 *
 * <p>C2 compiles a vector operation for the classes it knows. A class that is loaded later, such as
 * that of integer vectors or of masks at the first Box-Muller, throws away all kernels compiled
 * before.
 */
final class FirstUse {
  private FirstUse() {}

  static void of(Kernels kernels) {
    final int n = LinearLayout.ALIGNMENT;
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab x = FloatSlab.allocate(arena, n);
      FloatSlab y = FloatSlab.allocate(arena, n);
      IntSlab words = IntSlab.allocate(arena, n);
      RunningStatistics statistics = new RunningStatistics(arena, n, n);
      FloatSlab parameters = FloatSlab.allocate(arena, n, 2);
      kernels.linear(x, 0, parameters, new LinearLayout(1, n, n, n, 0, n), y, 0, 1);
      kernels.activate(Activation.TANH, x, 0, n);
      kernels.activate(Activation.RELU, x, 0, n);
      kernels.normals(words, words, x, y, n);
      Elementary.exponentials(x.segment(), 0, y.segment(), 0, 1);
      Elementary.logarithms(x.segment(), 0, y.segment(), 0, 1);
      LinearLayout square = new LinearLayout(n, n, n, n, 0, 0);
      FloatSlab weights = FloatSlab.allocate(arena, n, n);
      kernels.transpose(weights, square, weights, square);
      kernels.linearGradient(x, 0, y, new LinearLayout(1, n, n, n, 0, n), parameters, 1, null);
      kernels.activateBackward(Activation.TANH, x, y, n);
      kernels.activateBackward(Activation.RELU, x, y, n);
      kernels.add(x, y, x);
      kernels.sumOfSquares(x, y);
      kernels.adam(
          new Adam(1), x, y, FloatSlab.allocate(arena, n), FloatSlab.allocate(arena, n), 0, n);
      kernels.accumulate(statistics, x, 0, DoubleSlab.allocate(arena, 1, 2L * n), 0, 1);
      kernels.normalize(statistics, x, 0, 1);
    }
  }
}
