package stride.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stride.nn.BackendUnavailableException;

/**
 * NVIDIA's libraries, found, checked and loaded before any class of JCuda is touched, or the one
 * reason why not.
 *
 * <p>The search is done once per process; libraries stay loaded until its end. Safe from any
 * thread.
 *
 * @param version of NVRTC, such as 12.6
 * @param major of the libraries: 12 or 13
 * @param driverVersion the newest CUDA that the driver knows, such as 13.0
 * @param driver name or path of libcuda
 * @param nvrtc path of NVRTC
 * @param cublas path of cuBLAS
 */
public record CudaLibraries(
    String version, int major, String driverVersion, String driver, Path nvrtc, Path cublas) {

  /** Path of the driver's library, for tests; else it is looked for where drivers lie. */
  static final String DRIVER_PROPERTY = "stride.cuda.driver";

  private static final String DRIVER = "libcuda.so.1";
  private static final List<String> DRIVER_FOLDERS =
      List.of(
          "/usr/local/nvidia/lib64",
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib64",
          "/usr/lib/wsl/lib",
          "/run/opengl-driver/lib");

  /** The result of the search, made by the first thread that asks for it. */
  private static final class Search {
    static final CudaLibraries FOUND;
    static final String REASON;

    static {
      CudaLibraries found = null;
      String reason = null;
      try {
        found = search(System.getenv());
      } catch (CudaUnavailableException e) {
        reason = e.getMessage();
      } catch (RuntimeException | LinkageError e) {
        reason = "CUDA could not be looked for: " + e;
      }
      FOUND = found;
      REASON = reason;
    }
  }

  /** Why CUDA cannot be used here, on one line; empty if it can. */
  public static Optional<String> missing() {
    return Optional.ofNullable(Search.REASON);
  }

  /**
   * The libraries, loaded.
   *
   * @throws BackendUnavailableException with the reason if CUDA cannot be used here
   */
  public static CudaLibraries require() {
    if (Search.FOUND == null) {
      throw new BackendUnavailableException("backend cuda: " + Search.REASON);
    }
    return Search.FOUND;
  }

  /** NVRTC alone, loaded. */
  record Compiler(String version, Path nvrtc) {}

  /** The result of the search without a driver, made when it is first asked for. */
  private static final class CompilerSearch {
    static final Compiler FOUND = search();

    private static Compiler search() {
      if (Search.FOUND != null) {
        return new Compiler(Search.FOUND.version, Search.FOUND.nvrtc);
      }
      Path nvrtc = LibraryFolders.of(System.getenv()).compiler().orElse(null);
      return nvrtc == null ? null : new Compiler(loadCompilerOnly(nvrtc), nvrtc);
    }
  }

  /**
   * The NVRTC that a run uses here; where none can, any that is found, which compiles for devices
   * that are elsewhere.
   *
   * @throws BackendUnavailableException if there is none
   */
  static Compiler requireCompiler() {
    if (CompilerSearch.FOUND == null) {
      throw new BackendUnavailableException(
          "no libnvrtc of CUDA 12 or 13: run `make fetch-nvrtc`, or set "
              + LibraryFolders.VARIABLE);
    }
    return CompilerSearch.FOUND;
  }

  /** NVRTC without a driver: enough to compile for devices that are not here. */
  static String loadCompilerOnly(Path nvrtc) {
    NativeLibrary compiler = openNvrtc(nvrtc);
    String version = version(compiler);
    JcudaNatives.loadCompiler(Integer.parseInt(version.substring(0, version.indexOf('.'))));
    return version;
  }

  private static CudaLibraries search(Map<String, String> environment) {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      throw new CudaUnavailableException(
          "CUDA is used on x86-64 Linux only, this is "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"));
    }
    NativeLibrary driver = openDriver(environment);
    checkComplete(driver, RequiredFunctions.DRIVER);
    int driverVersion = checkDevices(driver);
    LibraryFolders.Pair pair = choose(LibraryFolders.of(environment), driverVersion);
    NativeLibrary nvrtc = openNvrtc(pair.nvrtc());
    openCublas(pair);
    JcudaNatives.load(pair.major());
    return new CudaLibraries(
        version(nvrtc),
        pair.major(),
        dotted(driverVersion),
        driver.name(),
        pair.nvrtc(),
        pair.cublas());
  }

  private static NativeLibrary openDriver(Map<String, String> environment) {
    String named = System.getProperty(DRIVER_PROPERTY, "");
    try {
      if (!named.isEmpty()) {
        return NativeLibrary.open(Path.of(named).toAbsolutePath().toString());
      }
      likelyDriver(environment).ifPresent(NativeLibrary::checkWhole);
      return NativeLibrary.open(DRIVER);
    } catch (CudaUnavailableException e) {
      for (String folder : named.isEmpty() ? DRIVER_FOLDERS : List.<String>of()) {
        if (Files.exists(Path.of(folder, DRIVER))) {
          return NativeLibrary.open(Path.of(folder, DRIVER).toString());
        }
      }
      throw new CudaUnavailableException("no NVIDIA driver: " + e.getMessage());
    }
  }

  /**
   * The file that the loader takes for the driver's bare name, as far as can be told: it looks in
   * LD_LIBRARY_PATH, then in a list of the machine's own.
   */
  private static Optional<Path> likelyDriver(Map<String, String> environment) {
    List<String> folders = new ArrayList<>();
    folders.addAll(
        List.of(environment.getOrDefault("LD_LIBRARY_PATH", "").split(File.pathSeparator, -1)));
    folders.addAll(DRIVER_FOLDERS);
    return folders.stream()
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, DRIVER))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** Initialises the driver; the newest CUDA it knows, as 1000 major + 10 minor. */
  private static int checkDevices(NativeLibrary driver) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocate(JAVA_INT);
      checkCode(driver, "cuInit", driver.call("cuInit", 0));
      checkCode(driver, "cuDeviceGetCount", driver.call("cuDeviceGetCount", number));
      if (number.get(JAVA_INT, 0) == 0) {
        throw new CudaUnavailableException("the NVIDIA driver is there, but finds no GPU");
      }
      checkCode(driver, "cuDriverGetVersion", driver.call("cuDriverGetVersion", number));
      return number.get(JAVA_INT, 0);
    }
  }

  private static void checkCode(NativeLibrary driver, String function, int code) {
    if (code != 0) {
      throw new CudaUnavailableException(
          "the NVIDIA driver is there, but %s failed with %d (%s)"
              .formatted(function, code, errorName(driver, code)));
    }
  }

  @SuppressWarnings("restricted")
  private static String errorName(NativeLibrary driver, int code) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(8, 8);
      if (driver.call("cuGetErrorName", code, name) != 0) {
        return "an error it has no name for";
      }
      MemorySegment text = name.get(ADDRESS, 0);
      return text.address() == 0 ? "no name" : text.reinterpret(256).getString(0);
    }
  }

  private static LibraryFolders.Pair choose(LibraryFolders folders, int driverVersion) {
    List<LibraryFolders.Pair> pairs = folders.pairs();
    for (LibraryFolders.Pair pair : pairs) {
      if (pair.major() * 1000 <= driverVersion) {
        return pair;
      }
    }
    if (!pairs.isEmpty()) {
      LibraryFolders.Pair pair = pairs.getFirst();
      throw new CudaUnavailableException(
          "the NVIDIA driver is too old: it knows CUDA %s, and %s is of CUDA %d"
              .formatted(dotted(driverVersion), pair.nvrtc(), pair.major()));
    }
    List<String> others = folders.anyVersions();
    String found = others.isEmpty() ? "" : "; found only " + String.join(", ", others);
    throw new CudaUnavailableException(
        folders
            .named()
            .map(
                named ->
                    LibraryFolders.VARIABLE
                        + "="
                        + named
                        + " holds no libnvrtc and libcublas of CUDA 12 or 13"
                        + found)
            .orElse(
                "no libnvrtc and libcublas of CUDA 12 or 13: run `make cuda`, or set "
                    + LibraryFolders.VARIABLE
                    + found));
  }

  /** NVRTC opens its builtins by their bare name, so they come first. */
  private static NativeLibrary openNvrtc(Path path) {
    for (Path builtins : siblings(path, "libnvrtc-builtins.so.*")) {
      NativeLibrary.open(builtins.toString());
    }
    NativeLibrary library = NativeLibrary.open(path.toString());
    checkComplete(library, RequiredFunctions.NVRTC);
    return library;
  }

  private static void openCublas(LibraryFolders.Pair pair) {
    for (Path lt : siblings(pair.cublas(), "libcublasLt.so." + pair.major())) {
      NativeLibrary.open(lt.toString());
    }
    NativeLibrary library = NativeLibrary.open(pair.cublas().toString());
    checkComplete(library, RequiredFunctions.CUBLAS);
  }

  private static void checkComplete(NativeLibrary library, List<String> functions) {
    library
        .firstMissing(functions)
        .ifPresent(
            function -> {
              throw new CudaUnavailableException(
                  library.name() + " is damaged or another library: it has no " + function);
            });
  }

  private static String version(NativeLibrary nvrtc) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment major = arena.allocate(JAVA_INT);
      MemorySegment minor = arena.allocate(JAVA_INT);
      nvrtc.call("nvrtcVersion", major, minor);
      return major.get(JAVA_INT, 0) + "." + minor.get(JAVA_INT, 0);
    }
  }

  private static List<Path> siblings(Path library, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(library.toRealPath().getParent(), pattern)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      return List.of();
    }
    return found;
  }

  private static String dotted(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
