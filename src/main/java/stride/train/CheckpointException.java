package stride.train;

import java.nio.file.Path;

/** A file is no whole checkpoint of this version, or cannot be written; one line says why. */
public final class CheckpointException extends TrainException {
  private static final long serialVersionUID = 1L;

  /**
   * A file that cannot be used.
   *
   * @param file the checkpoint
   * @param reason what is wrong with it, without a line break
   */
  public CheckpointException(Path file, String reason) {
    super(file + ": " + reason);
  }

  /**
   * A file that cannot be used.
   *
   * @param file the checkpoint
   * @param reason what is wrong with it, without a line break
   * @param cause what was thrown
   */
  public CheckpointException(Path file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
  }
}
