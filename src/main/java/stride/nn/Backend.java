package stride.nn;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import stride.nn.cpu.VectorKernels;
import stride.nn.reference.ReferenceKernels;

/**
 * The implementations of {@link Kernels}; chosen once, by name, and never replaced by another in
 * silence.
 */
public enum Backend {
  /** Plain scalar Java: the definition. */
  REFERENCE {
    @Override
    public Optional<String> missing() {
      return Optional.empty();
    }

    @Override
    Kernels load() {
      return new ReferenceKernels();
    }
  },
  /** The Vector API. */
  CPU {
    @Override
    public Optional<String> missing() {
      return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent()
          ? Optional.empty()
          : Optional.of("no " + VECTOR_MODULE + ": start java with --add-modules " + VECTOR_MODULE);
    }

    @Override
    Kernels load() {
      return new VectorKernels();
    }
  },
  /** An NVIDIA GPU; what is computed on the host beside it is computed as by {@link #CPU}. */
  CUDA {
    @Override
    public Optional<String> missing() {
      Optional<String> onTheHost = CPU.missing();
      if (onTheHost.isPresent()) {
        return onTheHost;
      }
      return ServiceLoader.load(DeviceProbe.class)
          .findFirst()
          .map(DeviceProbe::missing)
          .orElse(Optional.of("no stride.cuda on the class path"));
    }

    @Override
    Kernels load() {
      return new VectorKernels();
    }
  };

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /**
   * Finds a backend.
   *
   * @param name {@code reference}, {@code cpu} or {@code cuda}
   * @return the backend
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Backend of(String name) {
    for (Backend backend : values()) {
      if (backend.toString().equals(name)) {
        return backend;
      }
    }
    throw new IllegalArgumentException(
        "backend=" + name + ", required: one of " + Arrays.toString(values()));
  }

  /**
   * Why the backend cannot run here.
   *
   * @return the cause, empty if it can
   */
  public abstract Optional<String> missing();

  /**
   * The kernels of this backend, on the host.
   *
   * @return stateless kernels
   * @throws BackendUnavailableException if it cannot run here
   */
  public Kernels kernels() {
    missing()
        .ifPresent(
            cause -> {
              throw new BackendUnavailableException("backend " + this + ": " + cause);
            });
    return load();
  }

  abstract Kernels load();

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
