package stride.train;

import java.nio.file.Path;
import java.util.SequencedMap;

/**
 * What is asked of a run at work: its live.json, which is there until it is taken.
 *
 * @param schemaVersion of this form
 * @param id of the request, which the answer repeats
 * @param values new ones of knobs, by name
 * @param save whether to save a checkpoint before they are changed
 */
record LiveRequest(
    int schemaVersion, String id, SequencedMap<String, Double> values, boolean save) {
  static final int SCHEMA_VERSION = 1;

  static Path file(Path run) {
    return run.resolve("live.json");
  }
}
