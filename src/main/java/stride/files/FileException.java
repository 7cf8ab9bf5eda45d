package stride.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** A file cannot be read, or is not what it should be; the message names it in one line. */
public final class FileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private FileException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A file with another content than it should have.
   *
   * @param file which
   * @param reason what is wrong in it, and where
   */
  public FileException(Path file, String reason) {
    this(file, reason, null);
  }

  /**
   * A file with another content than it should have.
   *
   * @param file which
   * @param reason what is wrong in it, and where
   * @param cause what was thrown; null for nothing
   */
  public FileException(Path file, String reason, Throwable cause) {
    this(file + ": " + firstLine(reason), cause);
  }

  /**
   * A JSON file without a field that it should have.
   *
   * @param file which
   * @param field name of the field
   * @return an exception that says so
   */
  public static FileException lacks(Path file, String field) {
    return new FileException("%s has no \"%s\"".formatted(file, field), (Throwable) null);
  }

  /**
   * A file or folder with which the system refuses to do something.
   *
   * @param what is refused, for example {@code write}
   * @param file which
   * @param cause what was thrown
   * @return an exception that says {@code cannot write FILE} and why
   */
  public static FileException cannot(String what, Path file, IOException cause) {
    return new FileException("cannot %s %s: %s".formatted(what, file, reason(cause)), cause);
  }

  /**
   * A file that the system does not give.
   *
   * @param file which
   * @param cause what was thrown
   * @return an exception that says why
   */
  public static FileException cannotRead(Path file, IOException cause) {
    return switch (cause) {
      case NoSuchFileException _ -> new FileException(file + " does not exist", cause);
      case CharacterCodingException _ -> new FileException(file, "not text in UTF-8", cause);
      default -> cannot("read", file, cause);
    };
  }

  /**
   * What the system said, without the file's name, which the messages give themselves.
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
