package stride.lab;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
 */
public final class InvestigationTables extends MeasuredPage {
  private static final double CONFIDENCE = 0.95;
  private static final Pattern TABLE =
      Pattern.compile("(<!-- measured\n(.*?)-->\n).*?(<!-- /measured -->\n)", Pattern.DOTALL);

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
  String updated(String text) {
    Path parent = root.resolve("bench-results");
    Results results = Results.read(parent.resolve(read(parent.resolve("investigations")).strip()));
    Map<String, JmhResult> byKey = new HashMap<>();
    results.benchmarks().forEach(result -> byKey.put(result.key(), result));
    Machine machine = results.machine();
    String source =
        "\n%s, %d cores, %s, commit %.7s: [bench-results/%s](../bench-results/%s)\n"
            .formatted(
                machine.cpu(),
                machine.cores(),
                machine.jdk(),
                machine.commit(),
                results.name(),
                results.name());
    return TABLE
        .matcher(ComparedTables.updated(text, parent))
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    match.group(1)
                        + "\n"
                        + table(match.group(2).lines().toList(), byKey).toMarkdown()
                        + source
                        + "\n"
                        + match.group(3)));
  }

  private static Table table(List<String> groups, Map<String, JmhResult> byKey) {
    var table = new Table("way", "time", "against the first", "allocated, B");
    for (String group : groups) {
      UncertainMean first = null;
      for (String key : group.split("\\|", -1)) {
        JmhResult result = byKey.get(key.strip());
        if (result == null) {
          throw new LabException("the investigations' results have no " + key.strip());
        }
        UncertainMean speed = UncertainMean.of(result.logSpeeds());
        String against = first == null ? "1" : ratio(first.minus(speed));
        first = first == null ? speed : first;
        table.add(
            key.strip().substring(key.strip().indexOf('.') + 1),
            time(Math.exp(-speed.mean())),
            against,
            format("%.0f", result.secondary().getOrDefault("gc.alloc.rate.norm", Double.NaN)));
      }
    }
    return table;
  }

  private static String ratio(UncertainMean longer) {
    double margin = longer.margin(CONFIDENCE);
    return format("%.2f", Math.exp(longer.mean()))
        + format(" (%.2f to ", Math.exp(longer.mean() - margin))
        + format("%.2f)", Math.exp(longer.mean() + margin));
  }

  private static String time(double seconds) {
    double nanos = seconds * 1e9;
    return nanos < 1e4
        ? format("%,.0f ns", nanos)
        : nanos < 1e7 ? format("%,.1f us", nanos / 1e3) : format("%,.1f ms", nanos / 1e6);
  }
}
