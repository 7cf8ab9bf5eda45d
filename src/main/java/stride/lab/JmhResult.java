package stride.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stride.train.JsonText;

/**
 * One benchmark with one set of parameters, as JMH's own JSON has it.
 *
 * @param benchmark class and method, without the package
 * @param params in order of their names
 * @param unit of the score: operations by time, or time by operation
 * @param score mean over all iterations
 * @param error half the width of JMH's 99.9 % interval, NaN if there is none
 * @param forks what each iteration gave, by fork
 * @param secondary scores of counters and profilers
 */
public record JmhResult(
    String benchmark,
    Map<String, String> params,
    String unit,
    double score,
    double error,
    List<List<Double>> forks,
    Map<String, Double> secondary) {

  private static final Map<String, Double> SECONDS =
      Map.of("ns", 1e-9, "us", 1e-6, "ms", 1e-3, "s", 1.0, "min", 60.0, "hr", 3600.0);

  /**
   * Reads a {@code jmh-<suite>.json}.
   *
   * @param file as JMH writes it
   * @return its results in order
   * @throws LabException if something is missing
   */
  static List<JmhResult> read(Path file) {
    JsonNode root = JsonText.read(file, JsonNode.class);
    if (!root.isArray()) {
      throw new LabException(file + ": not a list of JMH's results");
    }
    return root.valueStream().map(node -> of(file, node)).toList();
  }

  private static JmhResult of(Path file, JsonNode node) {
    JsonNode primary = node.path("primaryMetric");
    String name = node.path("benchmark").asText("");
    if (name.isEmpty() || !primary.path("rawData").isArray()) {
      String what = name.isEmpty() ? "a result" : name;
      throw new LabException(file + ": " + what + " has no figures of single forks (rawData)");
    }
    Map<String, String> params = new TreeMap<>();
    node.path("params").properties().forEach(e -> params.put(e.getKey(), e.getValue().asText()));
    if (node.path("threads").asInt(1) != 1) {
      params.put("jmh.threads", node.get("threads").asText());
    }
    Map<String, Double> secondary = new TreeMap<>();
    node.path("secondaryMetrics")
        .properties()
        .forEach(e -> secondary.put(e.getKey(), number(e.getValue().path("score"))));
    List<List<Double>> forks = new ArrayList<>();
    primary
        .get("rawData")
        .forEach(fork -> forks.add(fork.valueStream().map(JmhResult::number).toList()));
    return new JmhResult(
        withoutPackage(name),
        params,
        primary.path("scoreUnit").asText(),
        number(primary.path("score")),
        number(primary.path("scoreError")),
        forks,
        secondary);
  }

  /** JMH writes what is no number as the text "NaN". */
  private static double number(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : Double.NaN;
  }

  /** {@code Suite.method} of {@code package.Suite.method}. */
  static String withoutPackage(String name) {
    return name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
  }

  /**
   * Name and parameters: what results of two folders are paired by.
   *
   * @return on one line
   */
  public String key() {
    return key(benchmark, params);
  }

  static String key(String benchmark, Map<String, String> params) {
    var key = new StringBuilder(benchmark);
    params.forEach((name, value) -> key.append(' ').append(name).append('=').append(value));
    return key.toString();
  }

  /**
   * Logarithms of each fork's operations per second, whatever the mode and its unit.
   *
   * @return one a fork
   * @throws LabException if a fork has no positive figure, or the unit is not known
   */
  double[] logSpeeds() {
    return forks.stream().mapToDouble(this::logSpeed).toArray();
  }

  private double logSpeed(List<Double> iterations) {
    double mean = iterations.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    if (!(mean > 0) || Double.isInfinite(mean)) {
      throw new LabException(key() + ": a fork gave " + mean + " " + unit + ", which is no speed");
    }
    boolean rate = unit.startsWith("ops/");
    Double seconds = SECONDS.get(rate ? unit.substring(4) : unit.replaceFirst("/op$", ""));
    if (seconds == null || rate == unit.endsWith("/op")) {
      throw new LabException(key() + ": unit " + unit + " is neither ops by time nor time by op");
    }
    return rate ? Math.log(mean / seconds) : -Math.log(mean * seconds);
  }
}
