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
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
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
  private final Suites suites = Suites.here();

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
    List<String> names = Suites.namesOf(benchmarks);
    for (String suite : names) {
      List<BenchmarkCase> its =
          cases(suite).stream()
              .filter(c -> benchmarks.contains(JmhResult.withoutPackage(c.name())))
              .toList();
      if (its.isEmpty()) {
        throw new IllegalArgumentException(
            "no such benchmark, there are suites " + String.join(", ", suites.names()));
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
              names.indexOf(suite) + 1,
              names.size(),
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

  private List<BenchmarkCase> cases(String suite) {
    return quick
        ? suites.find(suite).map(suites::quickCases).orElse(List.of())
        : suites.cases(suite);
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
      arguments.quicken(options, suites.of(suite));
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
