package stride.train;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stride.files.AtomicFile;
import stride.files.DamagedFileException;
import stride.files.FileException;
import stride.files.Safetensors;
import stride.learn.Journal;

/**
 * The rows of a run's journal: a file for each checkpoint, with the rows since the one before. A
 * file is written before the checkpoint that needs it.
 *
 * <pre>
 *   checkpoints   10              20              30        of the plan
 *   rows          rows-00000010 - rows-00000020 - rows-00000030
 *   a sitting's end at 27:                      - rows-00000027, gone once there is 30
 * </pre>
 *
 * <p>A file names the whole one before it and its digest, as a checkpoint does its newest: who goes
 * on from a checkpoint knows each byte that it needs. Runs that were divided into other sittings
 * have equal files. For the one process that works on the run.
 */
final class JournalFiles {
  /** The folder in that of the run. */
  static final String NAME = "replay";

  private static final int SCHEMA_VERSION = 1;
  private static final Pattern FILE = Pattern.compile("rows-(\\d{8,18})\\.safetensors");

  private final Path folder;
  private final AtomicFile.Disk disk;
  private final List<Rows> whole = new ArrayList<>(); // oldest first
  private final Set<Long> superseded = new HashSet<>(); // iterations of partial files
  private Rows partial; // since the last whole one; null for none

  /** A file that is there. */
  record Rows(RowsInfo info, String digest) {
    JournalEnd end() {
      return new JournalEnd(info.iteration(), digest);
    }
  }

  JournalFiles(Path run, AtomicFile.Disk disk) {
    this.folder = run.resolve(NAME);
    this.disk = disk;
  }

  /** Makes the folder; it is safe on the disk when the next file of the run is. */
  void makeFolder() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FileException.cannot("make folder", folder, e);
    }
  }

  // ---- saving ----

  /**
   * Writes the rows that a checkpoint needs beside those of the whole files.
   *
   * @param isWhole whether it is one of the plan's checkpoints
   * @return what the checkpoint is to name; null if there are no rows yet
   */
  JournalEnd write(Journal journal, long iteration, boolean isWhole) {
    Rows newest = partial != null ? partial : last();
    if (isOf(newest, iteration)) {
      return newest.end(); // the same state again
    }
    final long oldest = journal.oldestNeeded();
    final long from = Math.max(last() == null ? 0 : last().info.to(), oldest);
    final long to = journal.steps();
    if (from >= to) {
      return newest == null ? null : newest.end();
    }
    JournalEnd before = last() == null ? null : last().end();
    RowsInfo info = new RowsInfo(iteration, from, to, oldest, isWhole, before);
    String digest =
        Safetensors.write(
            file(iteration), disk, SCHEMA_VERSION, info.metadata(), journal.rows(from, to));
    Rows written = new Rows(info, digest);
    if (partial != null) {
      superseded.add(partial.info.iteration());
    }
    if (isWhole) {
      // the checkpoint before it is kept too
      final long needed = last() == null ? 0 : last().info.oldest();
      whole.removeIf(rows -> rows.info.to() <= needed);
      whole.add(written);
    }
    partial = isWhole ? null : written;
    return written.end();
  }

  private Rows last() {
    return whole.isEmpty() ? null : whole.getLast();
  }

  /** Whether the checkpoint of an iteration has its rows, or needs none. */
  boolean hasRowsOf(long iteration) {
    return iteration == 0
        || isOf(partial, iteration)
        || whole.stream().anyMatch(rows -> isOf(rows, iteration));
  }

  private static boolean isOf(Rows rows, long iteration) {
    return rows != null && rows.info.iteration() == iteration;
  }

  /** Deletes files that no kept checkpoint needs; called once the new one is saved. */
  void deleteSuperseded() {
    for (Path file : all()) {
      long iteration = iteration(file);
      // what a killed process wrote ahead is left until a whole file takes its place
      if (partial == null ? !hasRowsOf(iteration) : superseded.contains(iteration)) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw FileException.cannot("delete", file, e);
        }
      }
    }
    superseded.clear();
  }

  // ---- going on ----

  /**
   * Looks for the files that a checkpoint needs, and checks every bit of them.
   *
   * @param checkpoint for messages
   * @param end its newest file; null for none
   * @return oldest first
   * @throws DamagedFileException if one is missing, damaged, or not what the checkpoint needs
   */
  List<Rows> find(Path checkpoint, JournalEnd end) {
    List<Rows> found = new ArrayList<>();
    for (JournalEnd next = end; next != null; next = found.getFirst().info.before()) {
      found.addFirst(check(checkpoint, next));
      RowsInfo first = found.getFirst().info;
      // the last whole file is one that the next whole file goes on from
      if (first.whole() && first.from() <= found.getLast().info.oldest()) {
        break;
      }
    }
    return found;
  }

  private Rows check(Path checkpoint, JournalEnd end) {
    Path file = file(end.iteration());
    if (!Files.exists(file)) {
      throw new DamagedFileException(file, "missing, and " + checkpoint + " needs its rows");
    }
    try (Safetensors content = Safetensors.read(file, SCHEMA_VERSION)) {
      String digest = content.digest();
      if (!digest.equals(end.digest())) {
        throw new DamagedFileException(
            file, "of another run or state, not the file that %s needs".formatted(checkpoint));
      }
      return new Rows(RowsInfo.of(file, content.metadata()), digest);
    }
  }

  /** Gives a learner its rows back, and goes on after them. */
  void restore(List<Rows> found, Journal journal) {
    for (Rows rows : found) {
      Path file = file(rows.info.iteration());
      try (Safetensors content = Safetensors.read(file, SCHEMA_VERSION)) {
        journal.restore(rows.info.from(), content.slabs());
      } catch (IllegalArgumentException e) {
        throw new TrainException(file + " does not fit the configuration: " + e.getMessage(), e);
      }
    }
    whole.clear();
    whole.addAll(found);
    partial = found.isEmpty() || last().info.whole() ? null : whole.removeLast();
  }

  /** Renames the files of checkpoints that were renamed, so that they are not written over. */
  void setAside(List<Long> iterations) {
    for (long iteration : iterations) {
      Path file = file(iteration);
      Path aside = file.resolveSibling(file.getFileName() + CheckpointStore.DAMAGED);
      try {
        if (Files.exists(file)) {
          Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (IOException e) {
        throw FileException.cannot("rename", file, e);
      }
    }
  }

  // ---- names ----

  private Path file(long iteration) {
    return folder.resolve("rows-%08d.safetensors".formatted(iteration));
  }

  private static long iteration(Path file) {
    Matcher name = FILE.matcher(file.getFileName().toString());
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  private List<Path> all() {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (iteration(file) >= 0) {
          found.add(file);
        }
      }
    } catch (IOException e) {
      throw FileException.cannot("read", folder, e);
    }
    return found;
  }
}
