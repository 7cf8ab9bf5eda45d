package stride.env;

import java.nio.file.Path;

/** A golden file cannot be read or is none; the message is one line. */
public final class GoldenFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The file's path. */
  private final String file;

  /** Where in the file, from 1; 0 for the whole file. */
  private final int line;

  /** What is wrong, on one line. */
  private final String reason;

  GoldenFileException(Path file, int line, String reason, Throwable cause) {
    super(file + (line > 0 ? ", line " + line : "") + ": " + oneLine(reason), cause);
    this.file = file.toString();
    this.line = line;
    this.reason = oneLine(reason);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  public Path file() {
    return Path.of(file);
  }

  /** The line, from 1; 0 if the error is about the whole file. */
  public int line() {
    return line;
  }

  /** One line. */
  public String reason() {
    return reason;
  }
}
