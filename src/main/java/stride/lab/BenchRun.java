package stride.lab;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the JMH suites, each into a file of its own.
 *
 * <p>The suites are found on the class path; forks get the flags of {@code jvm.args}, and what says
 * where CUDA is.
 */
public final class BenchRun {
  private final Path home;
  private final boolean quick;

  /**
   * A way to run suites.
   *
   * @param home root of the project
   * @param quick few short iterations and the smaller parameters: minutes instead of an hour
   */
  public BenchRun(Path home, boolean quick) {
    this.home = home;
    this.quick = quick;
  }

  /**
   * The names of all suites.
   *
   * @return simple class names in order
   * @throws LabException if none are on the class path
   */
  public static List<String> suites() {
    if (BenchRun.class.getResource(BenchmarkList.BENCHMARK_LIST) == null) {
      throw new LabException("no benchmarks on the class path: run `make build`");
    }
    return BenchmarkList.defaultList().find(silent(), List.of(".*"), List.of()).stream()
        .map(BenchmarkListEntry::getUserClassQName)
        .map(name -> name.substring(name.lastIndexOf('.') + 1))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Whether a suite measures a GPU.
   *
   * @param suite its name
   * @return true if it cannot run without one
   */
  public static boolean needsGpu(String suite) {
    return suite.startsWith("Cuda");
  }

  /**
   * Runs suites and writes {@code jmh-<suite>.json} for each.
   *
   * @param folder where to
   * @param wanted which suites
   * @param progress takes lines while benchmarks run
   * @return every result
   * @throws LabException if there is no such suite or a benchmark fails
   */
  public List<RunResult> run(ResultsFolder folder, Predicate<String> wanted, PrintWriter progress) {
    List<String> suites = suites().stream().filter(wanted).toList();
    if (suites.isEmpty()) {
      throw new IllegalArgumentException("no such suite, there are " + String.join(", ", suites()));
    }
    List<RunResult> all = new ArrayList<>();
    for (String suite : suites) {
      progress.println(suite);
      Collection<RunResult> results = runSuite(suite, progress);
      write(folder, suite, results);
      all.addAll(results);
    }
    return all;
  }

  private Collection<RunResult> runSuite(String suite, PrintWriter progress) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + suite + "\\.")
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .jvmArgs(forkFlags().toArray(String[]::new));
    if (quick) {
      // on a GPU there is less to compile, and machines that have one are lent for minutes
      TimeValue time = TimeValue.milliseconds(needsGpu(suite) ? 350 : 700);
      options
          .forks(1)
          .warmupIterations(2)
          .warmupTime(time)
          .measurementIterations(3)
          .measurementTime(time);
      quickParameters(suite)
          .forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
    }
    try {
      return new Runner(options.build(), new BenchProgress(progress)).run();
    } catch (RunnerException e) {
      throw new LabException(suite + ": " + firstLine(e), e);
    }
  }

  /** Where this JVM was told to look for CUDA, the forks look too. */
  private List<String> forkFlags() {
    List<String> flags = new ArrayList<>();
    flags.add("@" + home.resolve("jvm.args"));
    flags.add("-Dstride.home=" + home);
    for (String name : new TreeSet<>(System.getProperties().stringPropertyNames())) {
      if (name.startsWith("stride.cuda.")) {
        flags.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    return flags;
  }

  /** The parameters of the quick run, where a suite's own set takes too long. */
  private static Map<String, List<String>> quickParameters(String suite) {
    final List<String> hopper = List.of("Hopper-v5");
    final List<String> cpu = List.of("cpu");
    final List<String> few = List.of("64"); // environments, and units of a layer
    return switch (suite) {
      case "CudaGaeBenchmark" -> Map.of("envs", List.of("64", "1024"));
      case "CudaInferenceBenchmark" -> Map.of("rows", List.of("1", "1024", "65536"));
      case "CudaLaunchBenchmark" -> Map.of("blocks", List.of("0"));
      case "CudaUploadBenchmark" -> Map.of("envs", List.of("64", "1024"));
      case "CudaWideUpdateBenchmark" -> Map.of("rows", List.of("8192"), "width", List.of("256"));
      case "DowncallBenchmark" -> Map.of("simulations", few);
      case "EnvStepBenchmark" ->
          Map.of("envs", few, "task", List.of("Hopper-v5", "CartPole-v1"), "model", hopper);
      case "GaeBenchmark" -> Map.of("backend", cpu, "envs", few);
      case "InferenceBenchmark" -> Map.of("backend", cpu, "rows", List.of("1", "32"), "width", few);
      case "RolloutBenchmark" ->
          Map.of(
              "envs",
              few,
              "threads",
              allCores(),
              "task",
              List.of("Hopper-v5", "HalfCheetah-v5"),
              "form",
              List.of("HOT"));
      case "TrainBenchmark" -> Map.of("envs", few, "threads", allCores(), "task", hopper);
      case "UpdateBenchmark" ->
          Map.of("backend", cpu, "minibatch", List.of("256"), "width", few, "threads", allCores());
      default -> Map.of();
    };
  }

  private static List<String> allCores() {
    return List.of(Integer.toString(Runtime.getRuntime().availableProcessors()));
  }

  /** The forks' flags name the folder of the project, which is nobody's business. */
  private void write(ResultsFolder folder, String suite, Collection<RunResult> results) {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, stream).writeOut(results);
    }
    folder.writeText(
        "jmh-" + suite + ".json",
        bytes.toString(StandardCharsets.UTF_8).replace(home.toString(), "."));
  }

  private static OutputFormat silent() {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT);
  }

  private static String firstLine(Throwable t) {
    Throwable cause = t.getCause() == null ? t : t.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("failed");
  }
}
