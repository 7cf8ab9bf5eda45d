package stride.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.JsonText;
import stride.files.TextLines;

/**
 * What was changed of a run in flight: its changes.jsonl, in the order in which it took effect.
 * Written whole with every change, for there are few.
 */
final class ChangesFile {
  private static final int SCHEMA_VERSION = 1;
  private static final String FILE = "changes.jsonl";
  private static final int LONGEST_LINE = 1 << 16; // bytes, far above any real line

  private final Path file;
  private final List<Change> changes;

  /**
   * A line.
   *
   * @param schemaVersion of this form
   * @param iteration the first that goes by the value
   * @param envSteps done before it
   * @param name of a knob
   * @param value that it has from then on
   */
  record Change(int schemaVersion, long iteration, long envSteps, String name, double value) {
    Change(long iteration, long envSteps, String name, double value) {
      this(SCHEMA_VERSION, iteration, envSteps, name, value);
    }
  }

  private ChangesFile(Path file, List<Change> changes) {
    this.file = file;
    this.changes = changes;
  }

  /**
   * That of a run; empty if nothing was ever changed.
   *
   * @throws FileException if it is damaged
   */
  static ChangesFile read(Path run) {
    Path file = run.resolve(FILE);
    List<Change> changes = new ArrayList<>();
    if (Files.exists(file)) {
      try (var lines = new TextLines(Files.newInputStream(file), LONGEST_LINE)) {
        for (String line = lines.next(); line != null; line = lines.next()) {
          changes.add(JsonText.readLine(file, lines.number(), line, SCHEMA_VERSION, Change.class));
          requireOrder(file, lines.number(), changes);
        }
      } catch (IOException e) {
        throw FileException.cannotRead(file, e);
      }
    }
    return new ChangesFile(file, changes);
  }

  private static void requireOrder(Path file, int line, List<Change> changes) {
    long before = changes.size() == 1 ? 1 : changes.get(changes.size() - 2).iteration;
    long iteration = changes.getLast().iteration;
    if (iteration < before) {
      throw new FileException(
          file, "line %d: iteration=%d, required: >= %d".formatted(line, iteration, before));
    }
  }

  Path file() {
    return file;
  }

  /** Those that a state of an iteration does not have, in their order. */
  List<Change> after(long iteration) {
    return changes.stream().filter(change -> change.iteration > iteration).toList();
  }

  /** Adds changes that are made now: what was to become of their names later is forgotten. */
  void add(List<Change> made) {
    for (Change change : made) {
      changes.removeIf(
          later -> later.name.equals(change.name) && later.iteration > change.iteration);
      int place = changes.size() - after(change.iteration).size();
      changes.add(place, change);
    }
    String text =
        changes.stream().map(each -> JsonText.line(each) + "\n").collect(Collectors.joining());
    try {
      AtomicFile.write(file, text);
    } catch (IOException e) {
      throw FileException.cannot("write", file, e);
    }
  }
}
