package stride.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/**
 * Compiles kernels by NVRTC, or takes them from the cache on the disk.
 *
 * <p>Needs no device. Thread-safe: compilations share nothing.
 */
public final class KernelCompiler {
  private static final String VIRTUAL = "compute_";

  private final String name;
  private final String compiler; // that build of it
  private final KernelCache cache;

  private KernelCompiler(String name, String build, Path cacheFolder) {
    this.name = name;
    this.compiler = name + " " + build;
    this.cache = new KernelCache(cacheFolder);
  }

  /**
   * The compiler of the libraries that were found, with the user's cache: {@code
   * -Dstride.cuda.cache}, STRIDE_CUDA_CACHE, XDG_CACHE_HOME, or {@code ~/.cache/stride/cuda}.
   *
   * @throws stride.nn.BackendUnavailableException with the reason if CUDA cannot be used here
   */
  public static KernelCompiler open() {
    return open(KernelCache.defaultFolder(System.getenv()));
  }

  /** As {@link #open()} with another cache, a folder that is made when it is needed. */
  public static KernelCompiler open(Path cacheFolder) {
    CudaLibraries libraries = CudaLibraries.require();
    return of(libraries.version(), libraries.nvrtc(), cacheFolder);
  }

  /**
   * As {@link #open()} where there may be no GPU: then any NVRTC will do.
   *
   * @throws stride.nn.BackendUnavailableException if there is none
   */
  public static KernelCompiler openWithoutDevice() {
    CudaLibraries.Compiler compiler = CudaLibraries.requireCompiler();
    return of(compiler.version(), compiler.nvrtc(), KernelCache.defaultFolder(System.getenv()));
  }

  /** Where compiled kernels are kept: a folder, made when it is needed. */
  public Path cacheFolder() {
    return cache.folder();
  }

  /** Name and version. */
  @Override
  public String toString() {
    return name;
  }

  /** A compiler whose library is loaded. */
  static KernelCompiler of(String version, Path nvrtc, Path cacheFolder) {
    try {
      // a new build of one version is another compiler
      String build = Files.size(nvrtc) + " " + Files.getLastModifiedTime(nvrtc).toMillis();
      return new KernelCompiler("NVRTC " + version, build, cacheFolder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compiles a program.
   *
   * @param source what to compile
   * @param architecture such as {@code sm_90a}; of a device that is too new for the compiler, the
   *     newest it knows is taken, in the form that the driver translates further
   * @param further options, such as {@code -DN=4}; {@code --fmad} takes the place of the usual one
   * @return the kernels
   * @throws CudaException with the compiler's log if the source is wrong
   */
  public CompiledKernels compile(KernelSource source, String architecture, String... further) {
    List<String> options = options(architecture, further);
    String key = KernelCache.key(fingerprint(source, options));
    Optional<CompiledKernels> kept = cache.find(key);
    if (kept.isPresent()) {
      return kept.get();
    }
    CompiledKernels compiled = compile(source, options);
    cache.keep(key, compiled);
    return compiled;
  }

  /** Where the kernels of a program are kept. */
  Path cacheFile(KernelSource source, String architecture) {
    return cache.file(KernelCache.key(fingerprint(source, options(architecture))));
  }

  private static List<String> options(String architecture, String... further) {
    List<String> options = new ArrayList<>();
    options.add("--gpu-architecture=" + target(architecture));
    options.add("--std=c++17");
    options.add("--ptxas-options=-v");
    if (Arrays.stream(further).noneMatch(option -> option.startsWith("--fmad="))) {
      options.add("--fmad=true"); // NVRTC accepts an option only once
    }
    options.addAll(Arrays.asList(further));
    return options;
  }

  private List<String> fingerprint(KernelSource source, List<String> options) {
    List<String> parts = new ArrayList<>(List.of(compiler, source.name(), source.text()));
    source.headers().forEach((name, text) -> parts.addAll(List.of(name, text)));
    parts.addAll(options);
    return parts;
  }

  private static String target(String architecture) {
    int[] number = {0};
    Cuda.checkCompiler(JNvrtc.nvrtcGetNumSupportedArchs(number), "nvrtcGetNumSupportedArchs");
    int[] known = new int[number[0]];
    Cuda.checkCompiler(JNvrtc.nvrtcGetSupportedArchs(known), "nvrtcGetSupportedArchs");
    int wanted = Integer.parseInt(architecture.replaceAll("[^0-9]", ""));
    int newest = Arrays.stream(known).max().orElse(wanted);
    return Arrays.stream(known).anyMatch(one -> one == wanted) || wanted < newest
        ? architecture
        : VIRTUAL + newest;
  }

  private static CompiledKernels compile(KernelSource source, List<String> options) {
    final long start = System.nanoTime();
    nvrtcProgram program = new nvrtcProgram();
    Cuda.checkCompiler(
        JNvrtc.nvrtcCreateProgram(
            program,
            source.text(),
            source.name(),
            source.headers().size(),
            source.headers().values().toArray(new String[0]),
            source.headers().keySet().toArray(new String[0])),
        "nvrtcCreateProgram");
    try {
      int code =
          JNvrtc.nvrtcCompileProgram(program, options.size(), options.toArray(new String[0]));
      String[] log = {""};
      Cuda.checkCompiler(JNvrtc.nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog");
      if (code != nvrtcResult.NVRTC_SUCCESS) {
        throw new CudaException(
            "nvrtcCompileProgram: %s: %s with %s:%n%s"
                .formatted(
                    JNvrtc.nvrtcGetErrorString(code),
                    source.name(),
                    String.join(" ", options),
                    log[0].strip()),
            false);
      }
      boolean virtual = options.getFirst().contains(VIRTUAL);
      return CompiledKernels.compiled(
          virtual ? ptx(program) : cubin(program), log[0], System.nanoTime() - start);
    } finally {
      JNvrtc.nvrtcDestroyProgram(program);
    }
  }

  private static byte[] cubin(nvrtcProgram program) {
    long[] size = {0};
    Cuda.checkCompiler(JNvrtc.nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
    byte[] image = new byte[Math.toIntExact(size[0])];
    Cuda.checkCompiler(JNvrtc.nvrtcGetCUBIN(program, image), "nvrtcGetCUBIN");
    return image;
  }

  /** Text that ends in a 0, as the driver wants it. */
  private static byte[] ptx(nvrtcProgram program) {
    String[] text = {""};
    Cuda.checkCompiler(JNvrtc.nvrtcGetPTX(program, text), "nvrtcGetPTX");
    return (text[0] + "\0").getBytes(StandardCharsets.US_ASCII);
  }
}
