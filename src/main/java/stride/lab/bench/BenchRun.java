package stride.lab.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import stride.lab.LabException;
import stride.lab.process.TimeLeft;
import stride.results.BenchmarkTables;
import stride.results.Figures;
import stride.results.JmhResult;
import stride.results.ResultsFolder;

/**
 * Runs the JMH suites, each into a file of its own.
 *
 * <p>The suites are found on the class path; forks get the flags of {@code jvm.args}, and what says
 * where CUDA is.
 */
public final class BenchRun {
  private static final String ERROR_FILE = "-XX:ErrorFile=";

  private final Path home;
  private final boolean quick;
  private final int forks;
  private final JmhArguments arguments;

  /**
   * A way to run suites.
   *
   * @param home root of the project
   * @param quick few short iterations and the smaller parameters: minutes instead of an hour
   * @param forks of each benchmark; 0 for as many as its suite asks for, or one in the quick run
   * @param arguments of JMH, which override the suites' and the quick run's settings
   */
  public BenchRun(Path home, boolean quick, int forks, JmhArguments arguments) {
    this.home = home;
    this.quick = quick;
    this.forks = forks;
    this.arguments = arguments;
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

  /**
   * The names of all benchmarks.
   *
   * @return suite and method, in order: {@code GaeBenchmark.copy}
   * @throws LabException if none are on the class path
   */
  public static List<String> benchmarks() {
    return BenchmarkCase.names(list()).stream().map(JmhResult::withoutPackage).toList();
  }

  /**
   * The suites of benchmarks.
   *
   * @param benchmarks suite and method of each
   * @return each once, in order
   */
  public static List<String> suitesOf(List<String> benchmarks) {
    return benchmarks.stream().map(JmhResult::suite).distinct().toList();
  }

  /**
   * Finds benchmarks by what a user calls them.
   *
   * @param name of a suite or of one benchmark, a pattern of either, or a part of it: the first of
   *     these that fits
   * @return suite and method of each; empty if there is none
   */
  public static List<String> named(String name) {
    List<String> all = benchmarks();
    Predicate<String> whole =
        Pattern.compile("(?:" + Pattern.quote(name) + ")(?:\\..*)?").asMatchPredicate();
    List<Predicate<String>> ways = List.of(whole, matches(name), JmhArguments.found(name));
    return ways.stream()
        .map(way -> all.stream().filter(way).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** Whether a pattern is a benchmark's name, or that of its suite. */
  private static Predicate<String> matches(String pattern) {
    try {
      var compiled = Pattern.compile(pattern).asMatchPredicate();
      return name -> compiled.test(name) || compiled.test(JmhResult.suite(name));
    } catch (PatternSyntaxException e) {
      return name -> false;
    }
  }

  /**
   * What benchmarks there are, as JMH's -l and -lp list them.
   *
   * @param chosen suite and method of each
   * @param arguments that ask for the list
   * @return lines with a closing line break
   */
  public static String listing(List<String> chosen, JmhArguments arguments) {
    var text = new StringBuilder();
    for (String name : chosen) {
      text.append(name).append('\n');
      if (arguments.isListWithParams()) {
        BenchmarkCase.params(list(), name)
            .forEach((param, values) -> text.append("  -p %s=%s%n".formatted(param, values)));
      }
    }
    return text.toString();
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
   * @param suite its name, or the name of one of its benchmarks
   * @return true if it cannot run without one
   */
  public static boolean needsGpu(String suite) {
    return suite.startsWith("Cuda");
  }

  /**
   * Whether a suite asks what would be if Stride did something else.
   *
   * @param suite its name, or the name of one of its benchmarks
   * @return true for those of docs/investigations.md
   */
  public static boolean isInvestigation(String suite) {
    return suite(suite).endsWith("Investigation");
  }

  private static String suite(String name) {
    return name.contains(".") ? JmhResult.suite(name) : name;
  }

  /**
   * Runs benchmarks and writes {@code jmh-<suite>.json} for each suite. Those that are there
   * already are finished, and left as they are. What is there of a suite until it is finished, or
   * if one of its benchmarks fails, is in {@code jmh-<suite>.partial.json}.
   *
   * @param folder where to
   * @param benchmarks suite and method of each, in order
   * @param progress takes lines while benchmarks run
   * @throws LabException if there is no such benchmark, or after all of them have run, if some
   *     failed
   */
  public void run(ResultsFolder folder, List<String> benchmarks, PrintWriter progress) {
    Map<String, List<BenchmarkCase>> cases = new LinkedHashMap<>(); // of suites to run
    List<String> suites = suitesOf(benchmarks);
    for (String suite : suites) {
      List<BenchmarkCase> its =
          BenchmarkCase.of(list(), suite, quick).stream()
              .filter(c -> benchmarks.contains(JmhResult.withoutPackage(c.name())))
              .toList();
      if (its.isEmpty()) {
        throw new IllegalArgumentException(
            "no such benchmark, there are suites " + String.join(", ", suites()));
      }
      if (!folder.has(file(suite))) {
        cases.put(suite, its);
      }
    }
    var left = new TimeLeft(cases.values().stream().mapToDouble(this::seconds).sum());
    if (!cases.isEmpty()) {
      progress.println(BenchProgress.LEGEND);
    }
    List<String> failures = new ArrayList<>();
    cases.forEach(
        (suite, its) -> {
          progress.printf(
              "suite %d of %d: %s%s%n",
              suites.indexOf(suite) + 1,
              suites.size(),
              suite,
              // their own iterations take their own time
              arguments.words().isEmpty() ? ", " + left.words() : "");
          failures.addAll(runSuite(folder, suite, its, progress));
          left.done(seconds(its));
        });
    if (!failures.isEmpty()) {
      throw new LabException(
          Figures.plural(failures.size(), "benchmark") + " failed: " + String.join("; ", failures));
    }
  }

  private double seconds(List<BenchmarkCase> cases) {
    return cases.stream().mapToDouble(c -> forks(c) * c.seconds()).sum();
  }

  private int forks(BenchmarkCase benchmark) {
    return forks > 0 ? forks : benchmark.forks();
  }

  private static String file(String suite) {
    return "jmh-" + suite + ".json";
  }

  private static String partialFile(String suite) {
    return "jmh-" + suite + ".partial.json";
  }

  /** The benchmarks that failed. */
  private List<String> runSuite(
      ResultsFolder folder, String suite, List<BenchmarkCase> cases, PrintWriter out) {
    var progress =
        new BenchProgress(
            out, arguments.hasProfilers(), results -> write(folder, partialFile(suite), results));
    Collection<RunResult> results;
    try {
      results = new Runner(options(suite, cases), progress).run();
    } catch (RunnerException e) {
      throw new LabException(suite + ": " + firstLine(e), e);
    }
    if (progress.failures().isEmpty()) {
      write(folder, file(suite), results);
      folder.delete(partialFile(suite));
    } else {
      List<RunResult> whole = results.stream().filter(BenchProgress::isWhole).toList();
      write(folder, partialFile(suite), whole);
      show(JmhResult.read(folder.path().resolve(partialFile(suite))), out);
    }
    return progress.failures();
  }

  /** A suite that failed is in none of the tables at the end. */
  private static void show(List<JmhResult> results, PrintWriter out) {
    if (!results.isEmpty()) {
      out.print(BenchmarkTables.scores(results).toText());
      BenchmarkTables.device(results).ifPresent(table -> out.print(table.toText()));
      out.flush();
    }
  }

  private Options options(String suite, List<BenchmarkCase> cases) {
    ChainedOptionsBuilder options = arguments.builder().jvmArgs(forkFlags().toArray(String[]::new));
    cases.stream()
        .map(BenchmarkCase::name)
        .distinct()
        .forEach(name -> options.include("^" + Pattern.quote(name) + "$"));
    if ((forks > 0 || quick) && !arguments.hasForks()) {
      options.forks(Math.max(1, forks));
    }
    if (quick) {
      arguments.quicken(options, suite);
    }
    return options.build();
  }

  /**
   * Where this JVM was told to look for CUDA, the forks look too; and a fork that crashes says so
   * where this JVM would.
   */
  private List<String> forkFlags() {
    List<String> flags = new ArrayList<>();
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith(ERROR_FILE))
        .forEach(flags::add);
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
  private void write(ResultsFolder folder, String file, Collection<RunResult> results) {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, stream).writeOut(results);
    }
    folder.writeText(file, bytes.toString(StandardCharsets.UTF_8).replace(home.toString(), "."));
  }

  private static String firstLine(Throwable t) {
    Throwable cause = t.getCause() == null ? t : t.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("failed");
  }
}
