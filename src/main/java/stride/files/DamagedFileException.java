package stride.files;

import java.nio.file.Path;

/** A file is not what was written: cut short, corrupt or foreign. */
public final class DamagedFileException extends FileException {
  private static final long serialVersionUID = 1L;

  /**
   * A file that is of no use.
   *
   * @param file which
   * @param reason what is wrong with it
   */
  public DamagedFileException(Path file, String reason) {
    super(file, reason);
  }
}
