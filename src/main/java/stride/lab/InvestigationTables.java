package stride.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of docs/investigations.md, made from the results folder that
 * bench-results/investigations names.
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
public final class InvestigationTables {
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
    this.root = root;
  }

  /**
   * Whether the page says what the results say.
   *
   * @return true if writing it again would change nothing
   */
  public boolean isCurrent() {
    return read(page()).equals(updated());
  }

  /** Writes the tables anew. */
  public void update() {
    try {
      Files.writeString(page(), updated());
    } catch (IOException e) {
      throw new LabException("cannot write " + page(), e);
    }
  }

  private Path page() {
    return root.resolve("docs/investigations.md");
  }

  private String updated() {
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
        .matcher(read(page()))
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
      LogMean first = null;
      for (String key : group.split("\\|", -1)) {
        JmhResult result = byKey.get(key.strip());
        if (result == null) {
          throw new LabException("the investigations' results have no " + key.strip());
        }
        LogMean speed = LogMean.of(result.logSpeeds());
        String against = first == null ? "1" : ratio(first.minus(speed));
        first = first == null ? speed : first;
        table.add(
            key.strip().substring(key.strip().indexOf('.') + 1),
            time(Math.exp(-speed.mean())),
            against,
            "%.0f".formatted(result.secondary().getOrDefault("gc.alloc.rate.norm", Double.NaN)));
      }
    }
    return table;
  }

  private static String ratio(LogMean longer) {
    double margin = longer.margin(CONFIDENCE);
    return "%.2f (%.2f to %.2f)"
        .formatted(
            Math.exp(longer.mean()),
            Math.exp(longer.mean() - margin),
            Math.exp(longer.mean() + margin));
  }

  private static String time(double seconds) {
    double nanos = seconds * 1e9;
    return nanos < 1e4
        ? "%,.0f ns".formatted(nanos)
        : nanos < 1e7 ? "%,.1f us".formatted(nanos / 1e3) : "%,.1f ms".formatted(nanos / 1e6);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new LabException("cannot read " + file, e);
    }
  }
}
