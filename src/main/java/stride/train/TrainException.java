package stride.train;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** A run could not be made, kept or finished; the message says why in one line. */
public class TrainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure without a further cause.
   *
   * @param message one line for the user
   */
  public TrainException(String message) {
    super(message);
  }

  /**
   * A failure with its cause.
   *
   * @param message one line for the user
   * @param cause what was thrown
   */
  public TrainException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What the system said, without the file's name, which the messages here give themselves. */
  static String reason(IOException e) {
    String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return said == null ? e.getClass().getSimpleName() : said.lines().findFirst().orElse("");
  }
}
