package stride.train;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

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

  /**
   * What the system said, without the file's name, which the messages here give themselves.
   *
   * @param e what was thrown
   * @return one line
   */
  public static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or folder";
      case AccessDeniedException _ -> "access denied";
      case NotDirectoryException _ -> "not a folder";
      case FileAlreadyExistsException _ -> "a file of this name is there";
      case FileSystemException f when f.getReason() != null -> firstLine(f.getReason());
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : firstLine(e.getMessage());
    };
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
