package stride.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that are on the disk whole or not at all, whatever ends the process or the machine.
 *
 * <p>Written under a name of their own in the same folder, synchronised, then renamed: of several
 * that write one file at the same time, the last to finish wins, and its file is whole.
 */
public final class AtomicFile {
  /** How the names of files end that are being written, or that a killed process left. */
  public static final String PART = ".part";

  // nobody writes a file for so long: what is older was left by a process that was killed
  private static final Duration STALE = Duration.ofHours(1);

  private static final AtomicLong WRITTEN = new AtomicLong();

  private AtomicFile() {}

  /** Where bytes go; tests put a full disk here. */
  @FunctionalInterface
  public interface Disk {
    /** The usual one. */
    Disk REAL =
        part -> FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /**
     * Makes an empty file.
     *
     * @param part where nothing is, not even a link
     * @return open for writing
     * @throws FileAlreadyExistsException if something is there
     * @throws IOException if it cannot be made
     */
    FileChannel create(Path part) throws IOException;
  }

  /** What a file is filled with. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything.
     *
     * @param out an empty file
     * @throws IOException if it cannot be written
     */
    void writeTo(FileChannel out) throws IOException;
  }

  private record Part(Path path, FileChannel channel) {}

  /**
   * Writes a text file, or replaces one.
   *
   * @param file where to; what was there stays until the new one is complete
   * @param text content
   * @throws IOException if it cannot be written; then nothing has changed
   */
  public static void write(Path file, String text) throws IOException {
    write(file, Disk.REAL, text);
  }

  /**
   * Writes a file of bytes, or replaces one.
   *
   * @param file where to; what was there stays until the new one is complete
   * @param bytes content
   * @throws IOException if it cannot be written; then nothing has changed
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, Disk.REAL, out -> writeAll(out, ByteBuffer.wrap(bytes)));
  }

  /**
   * Writes a text file, or replaces one.
   *
   * @param file where to; what was there stays until the new one is complete
   * @param disk where bytes go
   * @param text content
   * @throws IOException if it cannot be written; then nothing has changed
   */
  public static void write(Path file, Disk disk, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(file, disk, out -> writeAll(out, ByteBuffer.wrap(bytes)));
  }

  /**
   * Writes a file, or replaces one.
   *
   * @param file where to; what was there stays until the new one is complete
   * @param disk where bytes go
   * @param content what to write
   * @throws IOException if it cannot be written; then nothing has changed
   */
  public static void write(Path file, Disk disk, Content content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    deleteStale(folder, file); // first: once the file is there, nothing but the disk may fail
    Part part = create(file, disk);
    try {
      try (FileChannel out = part.channel) {
        content.writeTo(out);
        out.force(true);
      }
      Files.move(part.path, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException | Error e) {
      try {
        Files.deleteIfExists(part.path);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    syncFolder(folder);
  }

  /** Under a name that no other thread or process writes under, whatever lies there already. */
  private static Part create(Path file, Disk disk) throws IOException {
    while (true) {
      String name =
          "%s.%d-%d%s"
              .formatted(
                  file.getFileName(),
                  ProcessHandle.current().pid(),
                  WRITTEN.incrementAndGet(),
                  PART);
      Path path = file.resolveSibling(name);
      try {
        return new Part(path, disk.create(path));
      } catch (FileAlreadyExistsException e) {
        // of an earlier process of this number, or of another host's: the next name
      }
    }
  }

  /** Deletes what killed processes left of a file, so that it does not gather. */
  private static void deleteStale(Path folder, Path file) throws IOException {
    FileTime oldest = FileTime.from(Instant.now().minus(STALE));
    String start = file.getFileName() + ".";
    DirectoryStream.Filter<Path> parts =
        path -> {
          String name = path.getFileName().toString();
          return name.startsWith(start) && name.endsWith(PART);
        };
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, parts)) {
      for (Path part : left) {
        if (isOlder(part, oldest)) {
          Files.deleteIfExists(part);
        }
      }
    }
  }

  private static boolean isOlder(Path part, FileTime time) throws IOException {
    try {
      return Files.getLastModifiedTime(part, LinkOption.NOFOLLOW_LINKS).compareTo(time) < 0;
    } catch (NoSuchFileException e) {
      return false; // it has just been renamed
    }
  }

  /**
   * Writes all of a buffer.
   *
   * @param out where to
   * @param bytes what remains of it
   * @throws IOException if it cannot be written
   */
  public static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** A new name is safe only when the folder that holds it is. */
  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
