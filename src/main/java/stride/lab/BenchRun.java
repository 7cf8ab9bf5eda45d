package stride.lab;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the JMH suites, each into a file of its own.
 *
 * <p>The suites are found on the class path; forks get the flags of {@code jvm.args}, and what says
 * where CUDA is.
 */
public final class BenchRun {
  private final Path home;
  private final boolean quick;
  private final int forks;

  /**
   * A way to run suites.
   *
   * @param home root of the project
   * @param quick few short iterations and the smaller parameters: minutes instead of an hour
   * @param forks of each benchmark; 0 for as many as its suite asks for, or one in the quick run
   */
  public BenchRun(Path home, boolean quick, int forks) {
    this.home = home;
    this.quick = quick;
    this.forks = forks;
  }

  /**
   * The names of all suites.
   *
   * @return simple class names in order
   * @throws LabException if none are on the class path
   */
  public static List<String> suites() {
    return BenchmarkCase.suites(list());
  }

  private static BenchmarkList list() {
    if (BenchRun.class.getResource(BenchmarkList.BENCHMARK_LIST) == null) {
      throw new LabException("no benchmarks on the class path: run `make build`");
    }
    return BenchmarkList.defaultList();
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
   * Whether a suite asks what would be if Stride did something else.
   *
   * @param suite its name
   * @return true for those of docs/investigations.md
   */
  public static boolean isInvestigation(String suite) {
    return suite.endsWith("Investigation");
  }

  /**
   * Runs suites and writes {@code jmh-<suite>.json} for each. Those that are there already are
   * finished, and left as they are.
   *
   * @param folder where to
   * @param suites which, in which order
   * @param progress takes lines while benchmarks run
   * @throws LabException if there is no such suite or a benchmark fails
   */
  public void run(ResultsFolder folder, List<String> suites, PrintWriter progress) {
    Map<String, Double> seconds = new LinkedHashMap<>(); // of suites to run, by their settings
    for (String suite : suites) {
      List<BenchmarkCase> cases = BenchmarkCase.of(list(), suite, quick);
      if (cases.isEmpty()) {
        throw new IllegalArgumentException(
            "no such suite, there are " + String.join(", ", suites()));
      }
      if (!folder.has(file(suite))) {
        seconds.put(suite, cases.stream().mapToDouble(c -> forks(c) * c.seconds()).sum());
      }
    }
    var left = new TimeLeft(seconds.values().stream().mapToDouble(Double::doubleValue).sum());
    seconds.forEach(
        (suite, expected) -> {
          progress.printf(
              "suite %d of %d: %s, %s%n",
              suites.indexOf(suite) + 1, suites.size(), suite, left.words());
          write(folder, suite, runSuite(suite, progress));
          left.done(expected);
        });
  }

  private int forks(BenchmarkCase benchmark) {
    return forks > 0 ? forks : benchmark.forks();
  }

  private static String file(String suite) {
    return "jmh-" + suite + ".json";
  }

  private Collection<RunResult> runSuite(String suite, PrintWriter progress) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\." + suite + "\\.")
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .jvmArgs(forkFlags().toArray(String[]::new));
    if (forks > 0 || quick) {
      options.forks(Math.max(1, forks));
    }
    if (quick) {
      // on a GPU there is less to compile, and GPU time is scarce: use shorter iterations
      TimeValue time = needsGpu(suite) ? TimeValue.milliseconds(350) : BenchmarkCase.QUICK_TIME;
      options
          .warmupIterations(BenchmarkCase.QUICK_WARM_UPS)
          .warmupTime(time)
          .measurementIterations(BenchmarkCase.QUICK_ITERATIONS)
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
  static Map<String, List<String>> quickParameters(String suite) {
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

  /** The forks' flags contain the path of the project, so replace it with '.'. */
  private void write(ResultsFolder folder, String suite, Collection<RunResult> results) {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, stream).writeOut(results);
    }
    folder.writeText(
        file(suite), bytes.toString(StandardCharsets.UTF_8).replace(home.toString(), "."));
  }

  private static String firstLine(Throwable t) {
    Throwable cause = t.getCause() == null ? t : t.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("failed");
  }
}
