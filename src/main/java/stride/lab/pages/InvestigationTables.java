package stride.lab.pages;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import stride.lab.LabException;
import stride.results.JmhResult;
import stride.results.Machine;
import stride.results.Results;
import stride.results.Table;
import stride.stats.UncertainMean;

/**
 * The tables of docs/investigations.md, made from the results folder that
 * bench-results/investigations names; {@link ComparedTables} has those of Stride's own changes.
 *
 * <p>A table stands between two comments; the first lists what it compares, a group a line, what
 * the others are measured against first:
 *
 * <pre>
 *   &lt;!-- measured
 *   DataPathInvestigation.slabs | DataPathInvestigation.keptArrays | DataPathInvestigation.newArrays
 *   --&gt;
 *   | ... |
 *   &lt;!-- /measured --&gt;
 * </pre>
 *
 * <p>The name of a folder may follow {@code measured}, where a table is of another one. {@code
 * Suite.benchmark#counter} is a counter of seconds instead of the time of an operation; two
 * counters of one benchmark are compared fork by fork.
 */
public final class InvestigationTables extends MeasuredPage {
  private static final String NAME = "investigations";
  private static final double CONFIDENCE = 0.95;
  private static final double FINE = 0.02; // intervals that a third digit tells something of
  private static final Pattern TABLE =
      Pattern.compile(
          "(<!-- measured( \\S+)?\n(.*?)-->\n).*?(<!-- /measured -->\n)", Pattern.DOTALL);

  private final Path root;

  /**
   * The investigations of a project.
   *
   * @param root folder of docs and bench-results
   */
  public InvestigationTables(Path root) {
    super(root.resolve("docs/investigations.md"));
    this.root = root;
  }

  @Override
  protected String updated(String text) {
    Path parent = root.resolve("bench-results");
    Map<String, Source> sources = new HashMap<>();
    return TABLE
        .matcher(ComparedTables.updated(text, parent))
        .replaceAll(
            match -> {
              Source source =
                  sources.computeIfAbsent(
                      match.group(2) == null ? NAME : match.group(2).strip(),
                      name -> Source.read(parent, name));
              return Matcher.quoteReplacement(
                  match.group(1)
                      + "\n"
                      + table(match.group(3).lines().toList(), source.byKey()).toMarkdown()
                      + source.line()
                      + "\n"
                      + match.group(4));
            });
  }

  /** A folder: its benchmarks, and the line that says where they were measured. */
  private record Source(Map<String, JmhResult> byKey, String line) {
    static Source read(Path parent, String name) {
      Results results =
          Results.read(name.equals(NAME) ? Results.named(parent, NAME) : parent.resolve(name));
      Map<String, JmhResult> byKey = new HashMap<>();
      results.benchmarks().forEach(result -> byKey.put(result.key(), result));
      Machine machine = results.machine();
      return new Source(
          byKey,
          "\n%s, commit %.7s: [bench-results/%s](../bench-results/%s)\n"
              .formatted(machine.inWords(), machine.commit(), results.name(), results.name()));
    }
  }

  /** What a line of a table says; {@code logSeconds} has one element for each fork. */
  private record Way(String key, JmhResult result, List<Double> logSeconds) {
    static Way of(String key, Map<String, JmhResult> byKey) {
      String[] parts = key.split("#", 2);
      JmhResult result = byKey.get(parts[0]);
      if (result == null) {
        throw new LabException("the investigations' results have no " + parts[0]);
      }
      double[] logs =
          parts.length == 2
              ? result.logCounts(parts[1])
              : Arrays.stream(result.logSpeeds()).map(speed -> -speed).toArray();
      return new Way(key, result, Arrays.stream(logs).boxed().toList());
    }

    UncertainMean against(Way first) {
      if (!result.equals(first.result)) {
        return UncertainMean.of(logs()).minus(UncertainMean.of(first.logs()));
      }
      return UncertainMean.of(
          IntStream.range(0, logSeconds.size())
              .mapToDouble(fork -> logSeconds.get(fork) - first.logSeconds.get(fork))
              .toArray());
    }

    private double[] logs() {
      return logSeconds.stream().mapToDouble(Double::doubleValue).toArray();
    }
  }

  private static Table table(List<String> groups, Map<String, JmhResult> byKey) {
    var table = new Table("way", "time", "against the first", "allocated, B");
    for (String group : groups) {
      Way first = null;
      for (String key : group.split("\\|", -1)) {
        Way way = Way.of(key.strip(), byKey);
        table.add(
            way.key.substring(way.key.indexOf('.') + 1),
            time(Math.exp(StatUtils.mean(way.logs()))),
            first == null ? "1" : ratio(way.against(first)),
            way.key.contains("#")
                ? ""
                : format("%.0f", way.result.secondaryScore(JmhResult.ALLOCATION)));
        first = first == null ? way : first;
      }
    }
    return table;
  }

  private static String ratio(UncertainMean longer) {
    double margin = longer.margin(CONFIDENCE);
    String digits = margin < FINE && longer.mean() < 0.1 ? "%.3f" : "%.2f";
    return format(digits, Math.exp(longer.mean()))
        + format(" (" + digits + " to ", Math.exp(longer.mean() - margin))
        + format(digits + ")", Math.exp(longer.mean() + margin));
  }

  private static String time(double seconds) {
    double nanos = seconds * 1e9;
    return nanos < 1e4
        ? format("%,.0f ns", nanos)
        : nanos < 1e7 ? format("%,.1f us", nanos / 1e3) : format("%,.1f ms", nanos / 1e6);
  }
}
