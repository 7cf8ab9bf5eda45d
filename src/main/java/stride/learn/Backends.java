package stride.learn;

import stride.nn.Backend;
import stride.nn.BackendUnavailableException;
import stride.nn.Kernels;
import stride.nn.cpu.VectorKernels;
import stride.nn.reference.ReferenceKernels;
import stride.options.Require;

/** Makes the kernels of a backend; stands above all implementations. */
public final class Backends {
  private Backends() {}

  /**
   * The backend of a word, for an algorithm that no device learns.
   *
   * @param algorithm its name
   * @throws IllegalArgumentException if there is none of that name, or it is a device's
   */
  public static Backend onHost(String word, String algorithm) {
    Backend backend = Backend.of(word);
    Require.require(
        "backend", word, backend != Backend.CUDA, "cpu or reference for algo=" + algorithm);
    return backend;
  }

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
