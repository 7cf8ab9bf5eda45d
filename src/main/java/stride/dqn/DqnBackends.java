package stride.dqn;

import stride.dqn.cpu.CpuDqnKernels;
import stride.dqn.reference.ReferenceDqnKernels;
import stride.nn.Backend;

/** Makes the arithmetic of backends; stands above all implementations. */
final class DqnBackends {
  private DqnBackends() {}

  /**
   * The arithmetic of a backend on the host, stateless.
   *
   * @throws IllegalArgumentException if there is none
   */
  static DqnKernels kernels(Backend backend) {
    return switch (backend) {
      case REFERENCE -> new ReferenceDqnKernels();
      case CPU -> new CpuDqnKernels();
      case CUDA ->
          throw new IllegalArgumentException(
              "backend=cuda, required: cpu or reference for algo=" + Dqn.NAME);
    };
  }
}
