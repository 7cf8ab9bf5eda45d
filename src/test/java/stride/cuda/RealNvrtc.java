package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import stride.nn.ChildJvm;

/**
 * NVIDIA's own compiler, which needs no GPU, in a JVM of its own: this one has the double loaded.
 */
public final class RealNvrtc {
  private static final String USED = "used ";
  private static final String IMAGE = "image";

  private RealNvrtc() {}

  /** What {@code make fetch-nvrtc} left. */
  private static Path library() {
    return Path.of(System.getProperty("stride.home", ""))
        .toAbsolutePath()
        .resolve("build/fetched/cuda/nvrtc/lib/libnvrtc.so.12");
  }

  /** Skips the test where the compiler was not fetched. */
  public static void assumeFetched() {
    assumeTrue(Files.exists(library()), "no " + library() + ": run make fetch-nvrtc");
  }

  /** Compiles for a device that need not be there; what each kernel takes of it. */
  public static SequencedMap<String, KernelUsage> usage(
      KernelSource source, String architecture, Path scratch) throws IOException {
    ChildJvm.Result result = compile(source, architecture, scratch);
    assertThat(result.exitCode()).as(result.output()).isZero();
    SequencedMap<String, KernelUsage> usage = new TreeMap<>();
    result
        .output()
        .lines()
        .filter(line -> line.startsWith(USED))
        .map(line -> line.substring(USED.length()).split(" ", -1))
        .forEach(
            parts ->
                usage.put(
                    parts[0],
                    new KernelUsage(
                        Integer.parseInt(parts[1]),
                        Integer.parseInt(parts[2]),
                        Integer.parseInt(parts[3]),
                        Integer.parseInt(parts[4]),
                        Integer.parseInt(parts[5]))));
    return usage;
  }

  /** As {@link #usage}, with all that was printed. */
  public static ChildJvm.Result compile(KernelSource source, String architecture, Path scratch)
      throws IOException {
    return compileIn(Files.createTempDirectory(scratch, "source"), source, architecture);
  }

  /** The text that a virtual architecture, such as compute_80, is compiled to. */
  public static String ptx(KernelSource source, String architecture, Path scratch)
      throws IOException {
    Path folder = Files.createTempDirectory(scratch, "source");
    ChildJvm.Result result = compileIn(folder, source, architecture);
    assertThat(result.exitCode()).as(result.output()).isZero();
    return Files.readString(folder.resolve(IMAGE));
  }

  private static ChildJvm.Result compileIn(Path folder, KernelSource source, String architecture)
      throws IOException {
    Files.writeString(folder.resolve(source.name()), source.text());
    for (String name : source.headers().keySet()) {
      Files.writeString(folder.resolve(name), source.headers().get(name));
    }
    return ChildJvm.run(
        RealNvrtc.class,
        List.of("--enable-native-access=ALL-UNNAMED"),
        library().toString(),
        folder.toString(),
        source.name(),
        architecture);
  }

  /** Arguments: the library, the folder of sources, the main file, the architecture. */
  public static void main(String[] args) throws IOException {
    Path nvrtc = Path.of(args[0]);
    Path folder = Path.of(args[1]);
    String version = CudaLibraries.loadCompilerOnly(nvrtc);
    SequencedMap<String, String> headers = new TreeMap<>();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.forEach(files::add);
    }
    for (Path file : files) {
      headers.put(file.getFileName().toString(), Files.readString(file));
    }
    String main = headers.remove(args[2]);
    CompiledKernels compiled =
        KernelCompiler.of(version, nvrtc, folder.resolve("cache"))
            .compile(new KernelSource(args[2], main, headers), args[3]);
    Files.write(folder.resolve(IMAGE), compiled.image());
    System.out.println("NVRTC " + version + ", bytes " + compiled.image().length);
    compiled
        .usage()
        .forEach(
            (kernel, u) ->
                System.out.println(
                    USED
                        + kernel
                        + " %d %d %d %d %d"
                            .formatted(
                                u.registers(),
                                u.sharedBytes(),
                                u.stackBytes(),
                                u.spillStoreBytes(),
                                u.spillLoadBytes())));
  }
}
