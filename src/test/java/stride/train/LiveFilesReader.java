package stride.train;

import java.nio.file.Path;
import stride.files.JsonText;

/** Files by which a run is changed in flight, for tests in other packages. */
public final class LiveFilesReader {
  private LiveFilesReader() {}

  /** What may be changed. */
  public static void knobs(Path run) {
    KnobsFile.read(run);
  }

  /** What was changed. */
  public static void changes(Path run) {
    ChangesFile.read(run);
  }

  /** What is asked for. */
  public static void request(Path file) {
    JsonText.read(file, LiveRequest.class);
  }

  /** What has become of it. */
  public static void answer(Path file) {
    JsonText.read(file, LiveAnswer.class);
  }
}
