package stride.lab.sweep;

import static java.util.stream.Collectors.joining;

import java.util.List;
import stride.lab.process.Origin;
import stride.results.Table;

/**
 * What was found, in words.
 *
 * @param title one line
 * @param origin of the results
 * @param table of them
 * @param failures trainings that ended early, and why
 * @param closing what to make of it, lines with a closing line break
 */
record FoundPage(String title, Origin origin, Table table, List<String> failures, String closing) {

  /** For a terminal: lines with a closing line break. */
  String text() {
    return "%s%n%n%s%n%s%s".formatted(title, table.toText(), failures(""), closing);
  }

  /** The same for a reader of files. */
  String markdown() {
    return "# %s%n%nCommit %s%s, %s.%n%n%s%n%s%s"
        .formatted(
            title,
            origin.commit(),
            origin.dirty() ? " with changes" : "",
            origin.machine().words(),
            table.toMarkdown(),
            failures("- "),
            closing);
  }

  /** A line each, and an empty line; nothing if there are none. */
  private String failures(String before) {
    return failures.isEmpty()
        ? ""
        : failures.stream()
            .collect(joining("\n" + before + "failed: ", before + "failed: ", "\n\n"));
  }
}
