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
 * @param columnSums kernel
 * @param addParts kernel
 * @param arena owns arguments
 * @param threads of a block
 * @param columnRows rows of a part of column sums
 * @param rows of every matrix: those of the largest minibatch
 * @param parts [ceil(rows / columnRows), widest layer], scratch
 */
record WideKernels(
    Stream stream,
    Blas blas,
    Kernel biasActivation,
    Kernel activationBackward,
    Kernel columnSums,
    Kernel addParts,
    Arena arena,
    int threads,
    int columnRows,
    int rows,
    DeviceArray parts) {
  /** Behind the last layer. */
  static final int NO_ACTIVATION = 0;

  static WideKernels of(
      KernelModule module,
      Stream stream,
      Blas blas,
      Arena arena,
      LaunchSizes sizes,
      int rows,
      DeviceArray parts) {
    return new WideKernels(
        stream,
        blas,
        module.kernel("wide_bias_activation"),
        module.kernel("wide_activation_backward"),
        module.kernel("wide_column_sums"),
        module.kernel("wide_add_parts"),
        arena,
        sizes.threads(),
        sizes.columnRows(),
        rows,
        parts);
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
        stream,
        blas,
        biasActivation,
        activationBackward,
        columnSums,
        addParts,
        arena,
        threads,
        columnRows,
        others,
        parts);
  }

  KernelArguments.Builder arguments() {
    return KernelArguments.in(arena);
  }

  /** Blocks for one thread each. */
  LaunchShape shape(long threadsInAll) {
    return LaunchShape.of(Math.toIntExact(Math.ceilDiv(threadsInAll, threads)), threads);
  }
}
