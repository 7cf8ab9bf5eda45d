package stride.lab.bench;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Optional;
import stride.results.JmhResult;

/**
 * One benchmark with one set of parameters, before it has run.
 *
 * @param name with its package
 * @param params in order of their names
 * @param forks that its suite asks for
 * @param seconds that the iterations of a fork take by their settings
 */
public record BenchmarkCase(
    String name, SortedMap<String, String> params, int forks, double seconds) {
  // five iterations of half the length give an error a quarter as wide as three: Student's t
  static final int QUICK_WARM_UPS = 3;
  static final int QUICK_ITERATIONS = 5;
  static final TimeValue QUICK_TIME = TimeValue.milliseconds(420);

  // on a GPU there is less to compile, and GPU time is scarce
  static final TimeValue QUICK_GPU_TIME = TimeValue.milliseconds(210);

  // until a JVM runs its first iteration: sets up and proves its subject, and closes it afterwards
  private static final double START_SECONDS = 1.5;

  /**
   * Lists what JMH would run.
   *
   * @param list all benchmarks there are
   * @param suite simple name of a class
   * @param quick with the quick run's iterations and parameters
   * @return in order; empty if there is no such suite
   */
  static List<BenchmarkCase> of(BenchmarkList list, String suite, boolean quick) {
    List<BenchmarkCase> cases = new ArrayList<>();
    for (BenchmarkListEntry entry : find(list)) {
      if (suiteOf(entry).equals(suite)) {
        int forks = quick ? 1 : entry.getForks().orElse(Defaults.MEASUREMENT_FORKS);
        double seconds = START_SECONDS + (quick ? quickSeconds() : seconds(entry));
        for (SortedMap<String, String> params : params(entry, suite, quick)) {
          cases.add(new BenchmarkCase(entry.getUsername(), params, forks, seconds));
        }
      }
    }
    return cases;
  }

  /**
   * The names of all suites.
   *
   * @param list all benchmarks there are
   * @return simple class names in order
   */
  public static List<String> suites(BenchmarkList list) {
    return find(list).stream().map(BenchmarkCase::suiteOf).distinct().sorted().toList();
  }

  /**
   * The names of all benchmarks.
   *
   * @param list all benchmarks there are
   * @return with their packages, in order
   */
  static List<String> names(BenchmarkList list) {
    return find(list).stream().map(BenchmarkListEntry::getUsername).distinct().sorted().toList();
  }

  private static Set<BenchmarkListEntry> find(BenchmarkList list) {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return list.find(
        OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT),
        List.of(".*"),
        List.of());
  }

  private static String suiteOf(BenchmarkListEntry entry) {
    String name = entry.getUserClassQName();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static double quickSeconds() {
    return (QUICK_WARM_UPS + QUICK_ITERATIONS) * inSeconds(QUICK_TIME);
  }

  private static double seconds(BenchmarkListEntry entry) {
    return entry.getWarmupIterations().orElse(Defaults.WARMUP_ITERATIONS)
            * inSeconds(entry.getWarmupTime().orElse(Defaults.WARMUP_TIME))
        + entry.getMeasurementIterations().orElse(Defaults.MEASUREMENT_ITERATIONS)
            * inSeconds(entry.getMeasurementTime().orElse(Defaults.MEASUREMENT_TIME));
  }

  private static double inSeconds(TimeValue time) {
    return time.convertTo(TimeUnit.NANOSECONDS) / 1e9;
  }

  /** Every combination of the parameters' values. */
  private static List<SortedMap<String, String>> params(
      BenchmarkListEntry entry, String suite, boolean quick) {
    Optional<Map<String, String[]>> declared = entry.getParams();
    Map<String, List<String>> values = new TreeMap<>();
    declared.orElse(Map.of()).forEach((name, given) -> values.put(name, List.of(given)));
    if (quick) {
      BenchRun.quickParameters(suite)
          .forEach((name, given) -> values.computeIfPresent(name, (_, _) -> given));
    }
    List<SortedMap<String, String>> combinations = List.of(new TreeMap<>());
    for (var parameter : values.entrySet()) {
      List<SortedMap<String, String>> longer = new ArrayList<>();
      for (SortedMap<String, String> begun : combinations) {
        for (String value : parameter.getValue()) {
          SortedMap<String, String> combination = new TreeMap<>(begun);
          combination.put(parameter.getKey(), value);
          longer.add(combination);
        }
      }
      combinations = longer;
    }
    return combinations;
  }

  /**
   * What parameters a benchmark has.
   *
   * @param list all benchmarks there are
   * @param benchmark suite and method
   * @return values of each, with commas
   */
  static Map<String, String> params(BenchmarkList list, String benchmark) {
    Map<String, String> values = new TreeMap<>();
    for (BenchmarkListEntry entry : find(list)) {
      if (JmhResult.withoutPackage(entry.getUsername()).equals(benchmark)) {
        Optional<Map<String, String[]>> declared = entry.getParams();
        declared
            .orElse(Map.of())
            .forEach((name, given) -> values.put(name, String.join(",", given)));
      }
    }
    return values;
  }

  /** By what two revisions' cases are paired. */
  String key() {
    return JmhResult.key(JmhResult.withoutPackage(name), params);
  }
}
