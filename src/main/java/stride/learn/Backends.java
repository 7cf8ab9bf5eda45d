package stride.learn;

import stride.nn.Backend;
import stride.nn.BackendUnavailableException;
import stride.nn.Kernels;
import stride.nn.cpu.VectorKernels;
import stride.nn.reference.ReferenceKernels;

/** Makes the kernels of a backend; stands above all implementations. */
public final class Backends {
  private Backends() {}

  /**
   * The kernels of a backend on the host, stateless.
   *
   * @throws BackendUnavailableException if it cannot run here
   */
  public static Kernels kernels(Backend backend) {
    backend
        .missing()
        .ifPresent(
            cause -> {
              throw new BackendUnavailableException("backend " + backend + ": " + cause);
            });
    return switch (backend) {
      case REFERENCE -> new ReferenceKernels();
      case CPU, CUDA -> new VectorKernels();
    };
  }
}
