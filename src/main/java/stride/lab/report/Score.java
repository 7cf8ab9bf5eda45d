package stride.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * One benchmark as JMH measured it.
 *
 * @param suite class of the benchmark
 * @param name method and parameters
 * @param primary JMH's score
 * @param counted what the benchmark counted in the same time, such as env steps; null for nothing
 */
record Score(String suite, String name, Value primary, Value counted) {
  /** Counters of the suites and what they count. */
  private static final Map<String, String> COUNTERS =
      Map.of("envSteps", "env steps/s", "rows", "rows/s");

  /**
   * A mean and half of JMH's interval around it.
   *
   * @param mean over iterations of all forks
   * @param error half-width of the 99.9 % interval, NaN for a single iteration
   * @param unit of both
   */
  record Value(double mean, double error, String unit) {
    private static Value of(Part metric) {
      return new Value(
          metric.number("score"), metric.numberOrNan("scoreError"), metric.text("scoreUnit"));
    }

    double low() {
      return Double.isNaN(error) ? mean : mean - error;
    }

    double high() {
      return Double.isNaN(error) ? mean : mean + error;
    }

    /** In thousands, millions and so on, for what is counted a second. */
    String shortText() {
      int power = mean < 1000 ? 0 : Math.min(4, (int) (Math.log10(mean) / 3));
      double one = Math.pow(1000, power);
      return new Value(mean / one, error / one, unit)
          .text(List.of("", "k", "M", "G", "T").get(power));
    }

    String text() {
      return text("");
    }

    private String text(String suffix) {
      String score = Figures.significant(mean, 4) + suffix;
      return Double.isNaN(error) ? score : score + " ± " + Figures.significant(error, 2) + suffix;
    }
  }

  static Score of(Part benchmark) {
    String full = benchmark.text("benchmark");
    int method = full.lastIndexOf('.');
    String owner = full.substring(0, Math.max(0, method));
    var name = new StringBuilder(full.substring(method + 1));
    if (benchmark.has("params")) {
      for (Map.Entry<String, JsonNode> param : benchmark.part("params").node().properties()) {
        name.append(' ').append(param.getKey()).append('=').append(param.getValue().asText());
      }
    }
    return new Score(
        owner.substring(owner.lastIndexOf('.') + 1),
        name.toString(),
        Value.of(benchmark.part("primaryMetric")),
        counted(benchmark));
  }

  private static Value counted(Part benchmark) {
    if (benchmark.has("secondaryMetrics")) {
      Part metrics = benchmark.part("secondaryMetrics");
      for (Map.Entry<String, String> counter : COUNTERS.entrySet()) {
        if (metrics.has(counter.getKey())) {
          Value value = Value.of(metrics.part(counter.getKey()));
          return new Value(value.mean(), value.error(), counter.getValue());
        }
      }
    }
    return null;
  }

  /** Scores of the same units can stand in one table. */
  String units() {
    return primary.unit() + (counted == null ? "" : ", " + counted.unit());
  }

  /** What a reader wants to see: work done per second where the benchmark says how much it did. */
  Value shown() {
    return counted == null ? primary : counted;
  }
}
