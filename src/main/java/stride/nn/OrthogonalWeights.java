package stride.nn;

import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Draws matrices with orthonormal rows or columns, whichever are fewer, times a gain.
 *
 * <p>Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural
 * networks", 2014. Gaussian vectors go through Gram-Schmidt, which leaves them uniformly
 * distributed. Runs once, in double precision on the heap.
 */
final class OrthogonalWeights {
  private final RandomStream random;

  OrthogonalWeights(long seed) {
    this.random = new RandomStream(seed, Purpose.PARAMETERS);
  }

  /** A matrix [rows, columns], row-major, from the random stream of tensor {@code number}. */
  float[] draw(int number, int rows, int columns, double gain) {
    random.seek(number, 0);
    double[][] q = orthonormal(Math.min(rows, columns), Math.max(rows, columns));
    float[] weights = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        weights[r * columns + c] = (float) (gain * (rows <= columns ? q[r][c] : q[c][r]));
      }
    }
    return weights;
  }

  private double[][] orthonormal(int count, int length) {
    double[][] q = new double[count][length];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < length; k++) {
        q[i][k] = random.nextGaussian();
      }
      // modified Gram-Schmidt: each projection is taken of what the ones before it left
      for (int j = 0; j < i; j++) {
        addScaled(q[i], -dot(q[i], q[j]), q[j]);
      }
      double norm = StrictMath.sqrt(dot(q[i], q[i]));
      for (int k = 0; k < length; k++) {
        q[i][k] /= norm;
      }
    }
    return q;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static void addScaled(double[] y, double factor, double[] x) {
    for (int k = 0; k < y.length; k++) {
      y[k] += factor * x[k];
    }
  }
}
