package stride.ppo;

import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/** How much of the variance of the returns the values explain. */
final class ExplainedVariance {
  private ExplainedVariance() {}

  /**
   * 1 - Var(returns - values) / Var(returns) over the usable rows; NaN if all returns are equal.
   */
  static double of(FloatSlab values, FloatSlab returns, Minibatches minibatches) {
    final IntSlab usable = minibatches.usable();
    final int rows = minibatches.rows();
    double returnSum = 0;
    double errorSum = 0;
    for (int i = 0; i < rows; i++) {
      int row = usable.get(i);
      returnSum += returns.get(row);
      errorSum += (double) returns.get(row) - values.get(row);
    }
    double returnSquares = 0;
    double errorSquares = 0;
    for (int i = 0; i < rows; i++) {
      int row = usable.get(i);
      double r = returns.get(row) - returnSum / rows;
      double e = (double) returns.get(row) - values.get(row) - errorSum / rows;
      returnSquares += r * r;
      errorSquares += e * e;
    }
    return returnSquares == 0 ? Double.NaN : 1 - errorSquares / returnSquares;
  }
}
