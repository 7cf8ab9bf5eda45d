package stride.sac;

import stride.learn.Backends;
import stride.nn.Backend;
import stride.sac.cpu.VectorSacKernels;
import stride.sac.reference.ReferenceSacKernels;

/** Makes the arithmetic of backends; stands above all implementations. */
final class SacBackends {
  private SacBackends() {}

  /**
   * The arithmetic of a backend on the host, stateless.
   *
   * @throws IllegalArgumentException if there is none
   */
  static SacKernels kernels(Backend backend) {
    return switch (backend) {
      case REFERENCE -> new ReferenceSacKernels();
      case CPU -> new VectorSacKernels(Backends.kernels(backend));
      case CUDA ->
          throw new IllegalArgumentException(
              "backend=cuda, required: cpu or reference for algo=sac");
    };
  }
}
