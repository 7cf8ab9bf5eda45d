package stride.ppo.cuda;

import java.lang.foreign.Arena;
import stride.cuda.Blas;
import stride.cuda.DeviceArray;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelModule;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.nn.Activation;

/**
 * What the layers of wide networks compute with.
 *
 * @param stream all work goes there
 * @param blas products, on that stream
 * @param biasActivation kernel
 * @param activationBackward kernel
 * @param arena owns arguments
 * @param sizes of launches
 * @param rows of every matrix: those of the largest minibatch
 * @param partials [maxChunks, summed], sums for the gradients of biases
 */
record WideKernels(
    Stream stream,
    Blas blas,
    Kernel biasActivation,
    Kernel activationBackward,
    Arena arena,
    LaunchSizes sizes,
    int rows,
    DeviceArray partials) {

  static WideKernels of(
      KernelModule module,
      Stream stream,
      Blas blas,
      Arena arena,
      LaunchSizes sizes,
      int rows,
      DeviceArray partials) {
    return new WideKernels(
        stream,
        blas,
        module.kernel("wide_bias_activation"),
        module.kernel("wide_activation_backward"),
        arena,
        sizes,
        rows,
        partials);
  }

  /** An activation's code in {@code shape.cuh}. */
  static int code(Activation activation) {
    return switch (activation) {
      case TANH -> 1;
      case RELU -> 2;
    };
  }

  /** The same for matrices of other heights. */
  WideKernels withRows(int others) {
    return new WideKernels(
        stream, blas, biasActivation, activationBackward, arena, sizes, others, partials);
  }

  KernelArguments.Builder arguments() {
    return KernelArguments.in(arena);
  }

  /** Blocks for one thread each. */
  LaunchShape shape(long threadsInAll) {
    return LaunchShape.of(blocks(threadsInAll), sizes.threads());
  }

  /** Blocks for one thread for each four floats of a matrix, for each of several networks. */
  LaunchShape forwardShape(int stride, int networks) {
    int blocks = blocks((long) rows * stride / 4);
    return new LaunchShape(blocks, networks, 1, sizes.threads(), 1, 1, 0);
  }

  /** A block for each tile of a matrix, for each of several networks. */
  LaunchShape backwardShape(int stride, int networks) {
    int tiles = Math.ceilDiv(stride, sizes.tileColumns());
    return new LaunchShape(sizes.maxChunks(), tiles, networks, sizes.threads(), 1, 1, 0);
  }

  private int blocks(long threadsInAll) {
    return Math.toIntExact(Math.ceilDiv(threadsInAll, sizes.threads()));
  }
}
