package stride.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.util.ListStatistics;

/**
 * Puts single forks together to the JSON that JMH would have written had it run them one after the
 * other. Their statistics are JMH's own.
 */
final class JmhMerge {
  private static final double CONFIDENCE = 0.999; // of JMH's errors

  // units of what profilers and counters of events add up over forks
  private static final Set<String> COUNTS = Set.of("counts", "ms", "#");

  private JmhMerge() {}

  /**
   * Merges results of one benchmark with the same parameters.
   *
   * @param forks one or more, each of a fork
   * @return a result of all forks
   */
  static ObjectNode merge(List<JsonNode> forks) {
    ObjectNode merged = forks.getFirst().deepCopy();
    merged.put("forks", forks.size());
    merge((ObjectNode) merged.get("primaryMetric"), metrics(forks, "primaryMetric"));
    ObjectNode secondary = (ObjectNode) merged.get("secondaryMetrics");
    Iterator<Map.Entry<String, JsonNode>> entries = secondary.properties().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, JsonNode> entry = entries.next();
      List<JsonNode> metrics =
          metrics(forks, "secondaryMetrics").stream().map(m -> m.path(entry.getKey())).toList();
      if (metrics.stream().anyMatch(JsonNode::isMissingNode)) {
        entries.remove(); // a fork without a collection has no time of one
      } else {
        merge((ObjectNode) entry.getValue(), metrics);
      }
    }
    return merged;
  }

  private static List<JsonNode> metrics(List<JsonNode> forks, String name) {
    return forks.stream().map(fork -> fork.path(name)).toList();
  }

  private static void merge(ObjectNode merged, List<JsonNode> metrics) {
    ArrayNode rawData = merged.putArray("rawData");
    var statistics = new ListStatistics();
    List<JsonNode> figures = new ArrayList<>();
    for (JsonNode metric : metrics) {
      metric.get("rawData").forEach(fork -> rawData.add(fork));
      metric.get("rawData").forEach(fork -> fork.forEach(figures::add));
    }
    figures.forEach(figure -> statistics.addValue(figure.asDouble(Double.NaN)));
    // counts of events are added up, rates and times are averaged
    boolean total = COUNTS.contains(merged.path("scoreUnit").asText());
    put(merged, "score", total ? statistics.getSum() : statistics.getMean());
    put(merged, "scoreError", total ? Double.NaN : statistics.getMeanErrorAt(CONFIDENCE));
    ArrayNode interval = merged.putArray("scoreConfidence");
    for (double end : statistics.getConfidenceIntervalAt(CONFIDENCE)) {
      interval.add(text(end, interval));
    }
    ObjectNode percentiles = merged.putObject("scorePercentiles");
    for (double p : new double[] {0, 50, 90, 95, 99, 99.9, 99.99, 99.999, 99.9999, 100}) {
      put(percentiles, Double.toString(p), statistics.getPercentile(p));
    }
  }

  /** JMH writes what is no number as the text "NaN". */
  private static void put(ObjectNode node, String name, double value) {
    node.set(name, text(value, node));
  }

  private static JsonNode text(double value, ContainerNode<?> in) {
    return Double.isNaN(value) ? in.textNode("NaN") : in.numberNode(value);
  }
}
