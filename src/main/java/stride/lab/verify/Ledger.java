package stride.lab.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.FileGuard;
import stride.files.JsonObject;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.lab.process.Origin;

/** A file of speed-ups that were verified, which only grows by whole rows. */
public final class Ledger {
  private static final int SCHEMA_VERSION = 1;

  private final Path file;

  /**
   * A ledger, nothing of which is read yet.
   *
   * @param file that need not be there
   */
  public Ledger(Path file) {
    this.file = file;
  }

  /** The file's form; rows are records that are new, and JSON as it was read. */
  private record Content(int schemaVersion, List<Object> rows) {}

  /**
   * Makes sure that it can take a row, before anything is trained.
   *
   * @throws LabException if it lies where nothing can be written
   * @throws FileException if it is damaged or of another version
   */
  public void requireFit() {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new LabException("cannot write " + file + ": there is no folder for it to write to");
    }
    rows();
  }

  /**
   * All rows, as they are in the file now.
   *
   * @return in the order in which they were put; none where there is no file
   * @throws FileException if it is damaged or of another version
   */
  public List<LedgerRow> rows() {
    return parts().stream().map(part -> Origin.completed(part).as(LedgerRow.class)).toList();
  }

  private List<JsonObject> parts() {
    return Files.exists(file) ? JsonObject.of(file, SCHEMA_VERSION).list("rows") : List.of();
  }

  /**
   * Adds a row at the end; one of the same name, task, machine and commit goes. Of several
   * processes that add rows at the same time, each adds its own.
   *
   * @param row what was found
   * @throws LabException if it cannot be written; then nothing has changed
   */
  public void put(LedgerRow row) {
    try (var _ = FileGuard.of(file)) {
      List<Object> rows = new ArrayList<>();
      for (JsonObject part : parts()) {
        if (!row.replaces(Origin.completed(part).as(LedgerRow.class))) {
          rows.add(part.node()); // a later Stride's may say more than a row here
        }
      }
      rows.add(row);
      AtomicFile.write(file, JsonText.file(new Content(SCHEMA_VERSION, rows)));
    } catch (IOException e) {
      throw new LabException("cannot write " + file + ": " + FileException.reason(e), e);
    }
  }
}
