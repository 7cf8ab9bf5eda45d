package stride.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import stride.files.JsonText;

/** Held to what JMH itself wrote about several forks. */
class JmhMergeTest {
  private static final Path WRITTEN = Path.of("src/test/resources/stride/lab/jmh-three-forks.json");

  /** A result with one of its forks alone. */
  private static JsonNode fork(JsonNode whole, int k) {
    ObjectNode fork = whole.deepCopy();
    fork.put("forks", 1);
    keep(fork.get("primaryMetric"), k);
    fork.get("secondaryMetrics").forEach(metric -> keep(metric, k));
    return fork;
  }

  private static void keep(JsonNode metric, int k) {
    JsonNode kept = metric.get("rawData").get(k);
    ArrayNode raw = ((ObjectNode) metric).putArray("rawData");
    raw.add(kept);
    ((ObjectNode) metric).put("score", -1).remove("scorePercentiles");
  }

  @Test
  void forksTogetherAreWhatJmhMakesOfThem() {
    for (JsonNode whole : JsonText.read(WRITTEN)) {
      JsonNode merged = JmhMerge.merge(List.of(fork(whole, 0), fork(whole, 1), fork(whole, 2)));
      assertThat(merged.get("forks")).isEqualTo(whole.get("forks"));
      requireSame(whole.get("primaryMetric"), merged.get("primaryMetric"));
      JsonNode secondary = whole.get("secondaryMetrics");
      assertThat(merged.get("secondaryMetrics").size()).isEqualTo(secondary.size()).isPositive();
      secondary
          .properties()
          .forEach(e -> requireSame(e.getValue(), merged.get("secondaryMetrics").get(e.getKey())));
    }
  }

  private static void requireSame(JsonNode expected, JsonNode actual) {
    if (expected.isNumber()) {
      double value = expected.doubleValue();
      assertThat(actual.doubleValue()).isCloseTo(value, within(1e-9 * Math.abs(value) + 1e-12));
    } else if (expected.isContainerNode()) {
      assertThat(actual.size()).as("%s and %s", expected, actual).isEqualTo(expected.size());
      if (expected.isObject()) {
        expected.properties().forEach(e -> requireSame(e.getValue(), actual.get(e.getKey())));
      } else {
        for (int k = 0; k < expected.size(); k++) {
          requireSame(expected.get(k), actual.get(k));
        }
      }
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  @Test
  void whatSomeForksDoNotHaveIsLeftOut() {
    JsonNode whole = JsonText.read(WRITTEN).get(0);
    ObjectNode second = (ObjectNode) fork(whole, 1);
    ((ObjectNode) second.get("secondaryMetrics")).remove("gc.alloc.rate");
    JsonNode merged = JmhMerge.merge(List.of(fork(whole, 0), second));
    assertThat(merged.get("secondaryMetrics").has("gc.alloc.rate")).isFalse();
    assertThat(merged.get("secondaryMetrics").has("gc.count")).isTrue();
    assertThat(merged.get("primaryMetric").get("rawData")).hasSize(2);
  }
}
