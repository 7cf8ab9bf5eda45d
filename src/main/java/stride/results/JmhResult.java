package stride.results;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stride.files.FileException;
import stride.files.JsonObject;

/**
 * One benchmark with one set of parameters, as JMH's own JSON has it.
 *
 * @param file that has it
 * @param benchmark class and method, without the package
 * @param params in order of their names
 * @param mode JMH's short name of what the score is: thrpt, avgt, sample or ss
 * @param unit of the score: operations by time, or time by operation
 * @param score mean over all iterations
 * @param error half the width of JMH's 99.9 % interval, NaN if there is none
 * @param forks what each iteration gave, by fork
 * @param secondary of counters and profilers
 */
public record JmhResult(
    Path file,
    String benchmark,
    Map<String, String> params,
    String mode,
    String unit,
    double score,
    double error,
    List<List<Double>> forks,
    Map<String, Secondary> secondary) {

  /**
   * What a counter or a profiler gave.
   *
   * @param score mean over all iterations, or a sum of events
   * @param error half the width of JMH's 99.9 % interval, NaN if there is none
   * @param forks what each iteration gave, by fork
   */
  public record Secondary(double score, double error, List<List<Double>> forks) {
    private static Secondary of(JsonObject metric) {
      return new Secondary(
          metric.numberOrNan("score"),
          metric.numberOrNan("scoreError"),
          metric.has("rawData") ? metric.forks("rawData") : List.of());
    }
  }

  /** What JMH's profiler of collections calls the bytes allocated by an operation. */
  public static final String ALLOCATION = "gc.alloc.rate.norm";

  /** A counter that is 0 unless the numbers of what was timed are not the reference's. */
  public static final String UNPROVED = "unproved";

  /** Counters of the suites, and what they count. */
  public static final Map<String, String> COUNTERS =
      Map.of("envSteps", "env steps/s", "rows", "rows/s", "floatOperations", "FLOP/s");

  private static final Map<String, Double> SECONDS =
      Map.of("ns", 1e-9, "us", 1e-6, "ms", 1e-3, "s", 1.0, "min", 60.0, "hr", 3600.0);

  /**
   * Reads a {@code jmh-<suite>.json}.
   *
   * @param file as JMH writes it
   * @return its results in order
   * @throws FileException if something is missing
   */
  public static List<JmhResult> read(Path file) {
    return JsonObject.array(file).stream().map(JmhResult::of).toList();
  }

  private static JmhResult of(JsonObject result) {
    String name = result.text("benchmark");
    JsonObject primary = result.part("primaryMetric");
    if (!primary.has("rawData")) {
      throw new FileException(result.file(), name + " has no figures of single forks (rawData)");
    }
    Map<String, String> params = new TreeMap<>();
    if (result.has("params")) {
      JsonObject all = result.part("params");
      all.node().fieldNames().forEachRemaining(param -> params.put(param, all.text(param)));
    }
    if (result.has("threads") && result.count("threads") != 1) {
      params.put("jmh.threads", result.text("threads"));
    }
    Map<String, Secondary> secondary = new TreeMap<>();
    JsonObject metrics = result.part("secondaryMetrics");
    metrics
        .node()
        .fieldNames()
        .forEachRemaining(metric -> secondary.put(metric, Secondary.of(metrics.part(metric))));
    return new JmhResult(
        result.file(),
        withoutPackage(name),
        params,
        result.text("mode"),
        primary.text("scoreUnit"),
        primary.numberOrNan("score"),
        primary.numberOrNan("scoreError"),
        primary.forks("rawData"),
        secondary);
  }

  /** {@code Suite.method} of {@code package.Suite.method}. */
  public static String withoutPackage(String name) {
    return name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
  }

  /** How many iterations of all forks the score is the mean of. */
  public int count() {
    return forks.stream().mapToInt(List::size).sum();
  }

  /** The suite that it belongs to: name of the benchmark's class. */
  public String suite() {
    return suite(benchmark);
  }

  /** Name and parameters within the suite, on one line. */
  public String name() {
    return name(benchmark, params);
  }

  public static String name(String benchmark, Map<String, String> params) {
    return key(benchmark.substring(benchmark.indexOf('.') + 1), params);
  }

  public static String suite(String benchmark) {
    return benchmark.substring(0, Math.max(0, benchmark.indexOf('.')));
  }

  /** Name and parameters on one line: results of two folders are paired by it. */
  public String key() {
    return key(benchmark, params);
  }

  public static String key(String benchmark, Map<String, String> params) {
    var key = new StringBuilder(benchmark);
    params.forEach((name, value) -> key.append(' ').append(name).append('=').append(value));
    return key.toString();
  }

  /**
   * What a counter or a profiler gave.
   *
   * @param name of it
   * @return its score, null if the benchmark has none
   */
  public Double secondaryScore(String name) {
    Secondary found = secondary.get(name);
    return found == null ? null : (Double) found.score();
  }

  /**
   * Logarithms of each fork's operations per second, whatever the mode and its unit.
   *
   * @return one a fork
   * @throws FileException if a fork has no positive figure, or the unit is not known
   */
  public double[] logSpeeds() {
    return forks.stream().mapToDouble(this::logSpeed).toArray();
  }

  /**
   * Logarithms of each fork's mean of a counter.
   *
   * @param counter its name
   * @return one a fork
   * @throws FileException if there is no such counter, or a mean is not positive
   */
  public double[] logCounts(String counter) {
    Secondary counted = secondary.get(counter);
    if (counted == null) {
      throw new FileException(file, key() + " has no counter " + counter);
    }
    return counted.forks().stream().mapToDouble(fork -> Math.log(mean(fork, counter))).toArray();
  }

  private double mean(List<Double> iterations, String what) {
    double mean = iterations.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    if (!(mean > 0) || Double.isInfinite(mean)) {
      throw new FileException(
          file, key() + ": a fork gave " + mean + " " + what + ", which is no speed");
    }
    return mean;
  }

  private double logSpeed(List<Double> iterations) {
    double mean = mean(iterations, unit);
    boolean rate = unit.startsWith("ops/");
    Double seconds = SECONDS.get(rate ? unit.substring(4) : unit.replaceFirst("/op$", ""));
    if (seconds == null || rate == unit.endsWith("/op")) {
      throw new FileException(
          file, key() + ": unit " + unit + " is neither ops by time nor time by op");
    }
    return rate ? Math.log(mean / seconds) : -Math.log(mean * seconds);
  }
}
