package stride.nn;

import java.util.Optional;
import java.util.ServiceLoader;
import stride.options.Words;

/**
 * The implementations of {@link Kernels}. One is chosen by name, and never silently replaced by
 * another.
 */
public enum Backend {
  /** Plain scalar Java: the definition. */
  REFERENCE {
    @Override
    public Optional<String> missing() {
      return Optional.empty();
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
  },
  /** An NVIDIA GPU; the host's part is computed as by {@link #CPU}. */
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
  };

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /**
   * The constant of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Backend of(String name) {
    return Words.find("backend", name, Backend.class);
  }

  /** Why the backend cannot run here; empty if it can. */
  public abstract Optional<String> missing();

  @Override
  public String toString() {
    return Words.of(this);
  }
}
