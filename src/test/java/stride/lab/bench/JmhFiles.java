package stride.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import stride.files.JsonText;
import stride.results.Anchor;
import stride.results.Anchors;
import stride.results.ResultsFolder;

/** Files as JMH writes them, but for what nobody reads. */
public final class JmhFiles {
  private JmhFiles() {}

  public static Map<String, Object> result(
      String benchmark, Map<String, String> params, String mode, String unit, double[]... forks) {
    double score = List.of(forks).stream().mapToDouble(fork -> fork[0]).average().orElseThrow();
    Map<String, Object> primary = new LinkedHashMap<>();
    primary.put("score", score);
    primary.put("scoreError", "NaN");
    primary.put("scoreUnit", unit);
    primary.put("rawData", forks);
    Map<String, Object> secondary =
        Map.of(
            "score",
            1.5,
            "scoreError",
            "NaN",
            "scoreUnit",
            "B/op",
            "rawData",
            new double[][] {{1.5}});
    return Map.of(
        "benchmark",
        "stride.bench." + benchmark,
        "mode",
        mode,
        "threads",
        1,
        "forks",
        forks.length,
        "params",
        params,
        "primaryMetric",
        primary,
        "secondaryMetrics",
        Map.of("gc.alloc.rate.norm", secondary));
  }

  /** Throughput of forks with normal noise around a mean; three iterations a fork. */
  public static Map<String, Object> noisy(
      String benchmark, double mean, double noise, int forks, RandomGenerator random) {
    double[][] figures = new double[forks][];
    for (int f = 0; f < forks; f++) {
      double fork = mean * Math.exp(noise * random.nextGaussian());
      figures[f] = new double[] {0.99 * fork, fork, 1.01 * fork};
    }
    return result(benchmark, Map.of("envs", "64"), "thrpt", "ops/s", figures);
  }

  public static void write(ResultsFolder folder, String suite, List<Map<String, Object>> results) {
    folder.writeText("jmh-" + suite + ".json", JsonText.file(new ArrayList<>(results)));
  }

  public static void anchors(ResultsFolder folder, Anchor start, Anchor end) {
    folder.writeJson("anchor.json", new Anchors(ResultsFolder.SCHEMA_VERSION, start, end));
  }
}
