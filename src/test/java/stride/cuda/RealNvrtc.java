package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import stride.nn.ChildJvm;

/**
 * NVIDIA's own compilers, which need no GPU, in a JVM of their own: this one has the double loaded.
 */
public enum RealNvrtc {
  /** What {@code make fetch-nvrtc} left. */
  CUDA_12("cuda/nvrtc/lib/libnvrtc.so.12", "fetch-nvrtc"),
  /** What {@code make fetch-nvrtc13} left. */
  CUDA_13("cuda13/nvrtc/lib/libnvrtc.so.13", "fetch-nvrtc13");

  private static final String OPTIONS = "options"; // of a job: main file, architecture, others
  private static final String IMAGE = "image";
  private static final String USED = "used ";
  private static final String TOOK = "took ";

  private final String library;
  private final String target;

  RealNvrtc(String library, String target) {
    this.library = library;
    this.target = target;
  }

  /**
   * Something to compile.
   *
   * @param architecture of a device that need not be there; {@code compute_90} makes PTX
   * @param further options
   */
  public record Job(KernelSource source, String architecture, List<String> further) {
    public static Job of(KernelSource source, String architecture, String... further) {
      return new Job(source, architecture, List.of(further));
    }
  }

  /**
   * What came of it.
   *
   * @param usage of each kernel, empty of PTX
   * @param cpuSeconds of the compiler
   * @param image a cubin, or PTX
   */
  public record Compiled(SequencedMap<String, KernelUsage> usage, double cpuSeconds, Path image) {
    /** The text of PTX. */
    public String ptx() throws IOException {
      return Files.readString(image, StandardCharsets.US_ASCII);
    }
  }

  private Path library() {
    return Path.of(System.getProperty("stride.home", ""))
        .toAbsolutePath()
        .resolve("build/fetched")
        .resolve(library);
  }

  /** Skips the test where the compiler was not fetched. */
  public void assumeFetched() {
    assumeTrue(Files.exists(library()), "no " + library() + ": run make " + target);
  }

  /** What each kernel of a program takes of a device. */
  SequencedMap<String, KernelUsage> usage(KernelSource source, String architecture, Path scratch)
      throws IOException {
    return compile(List.of(Job.of(source, architecture)), scratch).getFirst().usage();
  }

  /** Compiles programs, as many at a time as there are processors; results in their order. */
  public List<Compiled> compile(List<Job> jobs, Path scratch) throws IOException {
    Path folder = Files.createTempDirectory(scratch, "jobs");
    ChildJvm.Result result = run(jobs, folder);
    assertThat(result.exitCode()).as(result.output()).isZero();
    List<Compiled> compiled = new ArrayList<>();
    for (int number = 0; number < jobs.size(); number++) {
      compiled.add(read(result.output(), number, folder));
    }
    return compiled;
  }

  /** All that is printed while a program is compiled. */
  ChildJvm.Result outcome(KernelSource source, String architecture, Path scratch)
      throws IOException {
    return run(
        List.of(Job.of(source, architecture)), Files.createTempDirectory(scratch, "outcome"));
  }

  private ChildJvm.Result run(List<Job> jobs, Path folder) throws IOException {
    for (int number = 0; number < jobs.size(); number++) {
      write(jobs.get(number), Files.createDirectory(folder.resolve(Integer.toString(number))));
    }
    return ChildJvm.run(
        RealNvrtc.class,
        List.of("--enable-native-access=ALL-UNNAMED"),
        library().toString(),
        folder.toString(),
        Integer.toString(jobs.size()));
  }

  private static void write(Job job, Path folder) throws IOException {
    KernelSource source = job.source();
    List<String> options = new ArrayList<>(List.of(source.name(), job.architecture()));
    options.addAll(job.further());
    Files.write(folder.resolve(OPTIONS), options);
    Path files = Files.createDirectory(folder.resolve("source"));
    Files.writeString(files.resolve(source.name()), source.text());
    for (String name : source.headers().keySet()) {
      Files.writeString(files.resolve(name), source.headers().get(name));
    }
  }

  private static Compiled read(String output, int number, Path folder) {
    SequencedMap<String, KernelUsage> usage = new TreeMap<>();
    double seconds = Double.NaN;
    for (String line : output.lines().filter(line -> line.startsWith(number + " ")).toList()) {
      String fact = line.substring(line.indexOf(' ') + 1);
      if (fact.startsWith(TOOK)) {
        seconds = Double.parseDouble(fact.substring(TOOK.length()));
      } else if (fact.startsWith(USED)) {
        String[] parts = fact.substring(USED.length()).split(" ", -1);
        int[] n = Arrays.stream(parts).skip(1).mapToInt(Integer::parseInt).toArray();
        usage.put(parts[0], new KernelUsage(n[0], n[1], n[2], n[3], n[4]));
      }
    }
    return new Compiled(usage, seconds, folder.resolve(number + "/" + IMAGE));
  }

  /** Arguments: the library, the folder of jobs, how many there are. */
  public static void main(String[] args) throws Exception {
    Path nvrtc = Path.of(args[0]);
    String version = CudaLibraries.loadCompilerOnly(nvrtc);
    System.out.println("NVRTC " + version);
    List<Future<String>> results = new ArrayList<>();
    int processors = Runtime.getRuntime().availableProcessors();
    try (ExecutorService threads = Executors.newFixedThreadPool(processors)) {
      for (int number = 0; number < Integer.parseInt(args[2]); number++) {
        Path folder = Path.of(args[1], Integer.toString(number));
        results.add(threads.submit(() -> compile(version, nvrtc, folder)));
      }
      for (int number = 0; number < results.size(); number++) {
        for (String line : results.get(number).get().lines().toList()) {
          System.out.println(number + " " + line);
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static String compile(String version, Path nvrtc, Path folder) throws IOException {
    List<String> options = Files.readAllLines(folder.resolve(OPTIONS));
    KernelSource source = source(folder.resolve("source"), options.getFirst());
    KernelCompiler compiler = KernelCompiler.of(version, nvrtc, folder.resolve("cache"));
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    CompiledKernels compiled =
        compiler.compile(
            source, options.get(1), options.subList(2, options.size()).toArray(new String[0]));
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    Files.write(folder.resolve(IMAGE), compiled.image());
    StringBuilder facts = new StringBuilder(TOOK + nanos / 1e9 + "\n");
    compiled
        .usage()
        .forEach(
            (kernel, u) ->
                facts.append(
                    "%s%s %d %d %d %d %d%n"
                        .formatted(
                            USED,
                            kernel,
                            u.registers(),
                            u.sharedBytes(),
                            u.stackBytes(),
                            u.spillStoreBytes(),
                            u.spillLoadBytes())));
    return facts.toString();
  }

  private static KernelSource source(Path folder, String main) throws IOException {
    SequencedMap<String, String> headers = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> headers.put(file.getFileName().toString(), text(file)));
    }
    String text = headers.remove(main);
    return new KernelSource(main, text, headers);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
