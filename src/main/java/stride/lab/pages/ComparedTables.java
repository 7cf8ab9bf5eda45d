package stride.lab.pages;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stride.lab.bench.Comparison;
import stride.results.Machine;
import stride.results.Results;

/**
 * Tables of a page that say what a change was worth: two folders that {@code stride bench
 * --against} made, compared as {@link Comparison} does.
 *
 * <pre>
 *   &lt;!-- compared
 *   FOLDER BEFORE | FOLDER AFTER
 *   --&gt;
 *   | ... |
 *   &lt;!-- /compared --&gt;
 * </pre>
 */
final class ComparedTables {
  private static final double TOLERANCE = 0.05;
  private static final Pattern TABLE =
      Pattern.compile(
          "(<!-- compared\n(\\S+) \\| (\\S+)\n-->\n).*?(<!-- /compared -->\n)", Pattern.DOTALL);

  private ComparedTables() {}

  /** The text with its tables as the folders in {@code parent} have them. */
  static String updated(String text, Path parent) {
    return TABLE
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    match.group(1)
                        + "\n"
                        + compared(
                            Results.read(parent.resolve(match.group(2))),
                            Results.read(parent.resolve(match.group(3))))
                        + "\n"
                        + match.group(4)));
  }

  private static String compared(Results before, Results after) {
    Machine machine = after.machine();
    return Comparison.of(before, after, TOLERANCE, false).table().toMarkdown()
        + "\n%s, A commit %.7s and B commit %.7s in turn: [bench-results/%s](../bench-results/%s)\n"
            .formatted(
                machine.inWords(),
                before.machine().commit(),
                machine.commit(),
                after.name(),
                after.name());
  }
}
