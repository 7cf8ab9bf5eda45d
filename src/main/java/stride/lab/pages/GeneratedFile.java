package stride.lab.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.lab.LabException;

/** A committed file that is written from results, whole or in part. */
public abstract class GeneratedFile {
  private final Path file;

  /**
   * Names a file.
   *
   * @param file need not exist yet
   */
  protected GeneratedFile(Path file) {
    this.file = file;
  }

  /**
   * What the file should hold.
   *
   * @return all of it; the same for the same results
   * @throws LabException if results are missing
   */
  protected abstract String content();

  /** Whether the file holds what the results say: true if writing it again would change nothing. */
  public final boolean isCurrent() {
    String content = content();
    return Files.exists(file) && read().equals(content);
  }

  /** Writes the file anew. */
  public final void update() {
    try {
      AtomicFile.write(file, content());
    } catch (IOException e) {
      throw FileException.cannot("write", file, e);
    }
  }

  /**
   * Where the file is.
   *
   * @return its path
   */
  protected final Path file() {
    return file;
  }

  /**
   * What the file holds now.
   *
   * @return its text
   * @throws FileException if it cannot be read
   */
  protected final String read() {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw FileException.cannotRead(file, e);
    }
  }
}
