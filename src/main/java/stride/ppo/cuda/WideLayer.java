package stride.ppo.cuda;

import stride.cuda.Blas;
import stride.cuda.Blas.Matrix;

/**
 * The products of a layer over the rows of a minibatch, of one network, or of two whose layers have
 * equal sizes:
 *
 * <pre>
 *   y = x W     dW = x^T d     dx = d W^T
 * </pre>
 *
 * <p>Bias and activation come behind the first, and before the others. Whatever else a product
 * reads is padding, which is 0.
 *
 * @param kernels what it computes with
 * @param networks 1 or 2; matrices of two are at equal distances
 * @param inputs rows of W
 * @param outputs columns of W that are computed: all that mean something, and perhaps padding
 * @param matrices what is multiplied
 */
record WideLayer(WideKernels kernels, int networks, int inputs, int outputs, Matrices matrices) {
  /**
   * What is multiplied.
   *
   * @param x [rows, inputs], read
   * @param w [inputs, outputs], read
   * @param y [rows, outputs], overwritten by the forward pass
   * @param d [rows, outputs], read by the backward pass
   * @param dw [inputs, outputs], overwritten by the backward pass
   * @param dx [rows, inputs], overwritten by the backward pass; null if x is the observations
   */
  record Matrices(Matrix x, Matrix w, Matrix y, Matrix d, Matrix dw, Matrix dx) {}

  void forward() {
    multiply(kernels.rows(), outputs, inputs, matrices.x, matrices.w, matrices.y);
  }

  void backward() {
    multiply(inputs, outputs, kernels.rows(), matrices.x.transpose(), matrices.d, matrices.dw);
    if (matrices.dx != null) {
      multiply(kernels.rows(), inputs, outputs, matrices.d, matrices.w.transpose(), matrices.dx);
    }
  }

  private void multiply(int rows, int columns, int inner, Matrix a, Matrix b, Matrix c) {
    Blas blas = kernels.blas();
    if (networks == 1) {
      blas.multiply(rows, columns, inner, 1, a, b, 0, c);
    } else {
      blas.multiplyEach(networks, rows, columns, inner, 1, a, b, 0, c);
    }
  }
}
