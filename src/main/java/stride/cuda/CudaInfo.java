package stride.cuda;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** What {@code stride info} says about CUDA. */
public final class CudaInfo {
  private CudaInfo() {}

  /** What was found, by name, or {@code available} and {@code reason} alone. */
  public static SequencedMap<String, Object> facts() {
    Optional<String> missing = CudaLibraries.missing();
    if (missing.isPresent()) {
      return unavailable(missing.get());
    }
    CudaLibraries libraries = CudaLibraries.require();
    Device.Limits limits;
    try {
      limits = Device.describe();
    } catch (CudaException e) {
      return unavailable(e.getMessage());
    }
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("available", true);
    facts.put("version", libraries.version());
    facts.put("device", limits.name());
    facts.put("compute_capability", limits.computeCapability());
    facts.put("memory_bytes", limits.memoryBytes());
    facts.put("multiprocessors", limits.multiprocessors());
    facts.put("driver_version", libraries.driverVersion());
    facts.put("driver", libraries.driver());
    facts.put("nvrtc", libraries.nvrtc().toString());
    facts.put("cublas", libraries.cublas().toString());
    return facts;
  }

  /**
   * The GPU and its driver, such as {@code NVIDIA H200, driver for CUDA 13.0}; empty if none can be
   * used.
   */
  public static Optional<String> gpu() {
    Map<String, Object> facts = facts();
    return facts.get("available").equals(true)
        ? Optional.of(
            "%s, driver for CUDA %s".formatted(facts.get("device"), facts.get("driver_version")))
        : Optional.empty();
  }

  /**
   * What the results of a GPU depend on besides the kernels: the same device and libraries give the
   * same bits. One part by its name, or none if no GPU can be used.
   */
  public static Map<String, String> code() {
    Map<String, Object> facts = facts();
    return facts.get("available").equals(true)
        ? Map.of(
            "cuda",
            "%s, CUDA %s, %s, %s"
                .formatted(
                    facts.get("device"),
                    facts.get("version"),
                    fileName(facts.get("nvrtc")),
                    fileName(facts.get("cublas"))))
        : Map.of();
  }

  /** The name of the file itself, which says more about its version than a link's. */
  private static String fileName(Object path) {
    Path library = Path.of(path.toString());
    try {
      library = library.toRealPath();
    } catch (IOException e) {
      // as it is named
    }
    return library.getFileName().toString();
  }

  /** The facts of {@link #facts} in one line, for a reader. */
  public static String line(Map<String, Object> facts) {
    if (facts.get("available").equals(false)) {
      return "unavailable: " + facts.get("reason");
    }
    return "CUDA %s on %s (compute capability %s, %s, %s multiprocessors), driver %s for CUDA %s, %s, %s"
        .formatted(
            facts.get("version"),
            facts.get("device"),
            facts.get("compute_capability"),
            Cuda.size((long) facts.get("memory_bytes")),
            facts.get("multiprocessors"),
            facts.get("driver"),
            facts.get("driver_version"),
            facts.get("nvrtc"),
            facts.get("cublas"));
  }

  private static SequencedMap<String, Object> unavailable(String reason) {
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("available", false);
    facts.put("reason", reason);
    return facts;
  }
}
