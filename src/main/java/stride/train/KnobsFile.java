package stride.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.JsonText;
import stride.learn.Knob;
import stride.options.Range;
import stride.options.Require;

/**
 * What may be changed of a run at work, for those who ask for it: its knobs.json. Runs without
 * knobs have none.
 *
 * @param schemaVersion of this form
 * @param knobs in the learner's order
 */
record KnobsFile(int schemaVersion, List<KnobsFile.Entry> knobs) {
  private static final int SCHEMA_VERSION = 1;
  private static final String FILE = "knobs.json";

  /**
   * One of them.
   *
   * @param name as the learner has it
   * @param range what it may become
   */
  record Entry(String name, Range range) {}

  /** Says what a learner has. */
  static void publish(Path run, List<Knob> knobs) {
    if (knobs.isEmpty()) {
      return;
    }
    Path file = run.resolve(FILE);
    List<Entry> entries = knobs.stream().map(knob -> new Entry(knob.name(), knob.range())).toList();
    try {
      AtomicFile.write(file, JsonText.file(new KnobsFile(SCHEMA_VERSION, entries)));
    } catch (IOException e) {
      throw FileException.cannot("write", file, e);
    }
  }

  /** What a run has said. */
  static KnobsFile read(Path run) {
    Path file = run.resolve(FILE);
    return Files.exists(file)
        ? JsonText.read(file, KnobsFile.class)
        : new KnobsFile(SCHEMA_VERSION, List.of());
  }

  List<String> names() {
    return knobs.stream().map(Entry::name).toList();
  }

  /** What a knob may become, in words. */
  String range(String name) {
    return knobs.stream()
        .filter(knob -> knob.name().equals(name))
        .map(knob -> knob.range().toString())
        .findFirst()
        .orElse("");
  }

  /**
   * Refuses a value.
   *
   * @throws IllegalArgumentException if there is no such knob, or the value is out of its range
   */
  void require(String name, double value) {
    for (Entry knob : knobs) {
      if (knob.name().equals(name)) {
        Require.require(name, value, knob.range());
        return;
      }
    }
    throw unknown(name, names());
  }

  static IllegalArgumentException unknown(String name, List<String> known) {
    return new IllegalArgumentException(
        known.isEmpty()
            ? "unknown name %s: this run has no values that may be changed".formatted(name)
            : "unknown name %s, required: one of %s".formatted(name, known));
  }
}
