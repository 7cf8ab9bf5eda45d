package stride.train;

import java.nio.file.Path;
import stride.files.OrNull;

/**
 * What has become of a request: live-answer.json, deleted by who asked.
 *
 * @param schemaVersion of this form
 * @param id of the request
 * @param iteration how many were done when it was taken
 * @param refusal why something was not changed; null if everything was
 */
record LiveAnswer(int schemaVersion, String id, long iteration, @OrNull String refusal) {
  static Path file(Path run) {
    return run.resolve("live-answer.json");
  }
}
