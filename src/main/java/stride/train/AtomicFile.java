package stride.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that are on the disk whole or not at all, whatever ends the process or the machine.
 *
 * <p>Written under another name in the same folder, synchronised, then renamed.
 */
public final class AtomicFile {
  /** What a file is called while it is written. */
  static final String PART = ".part";

  private AtomicFile() {}

  /** Where bytes go; tests put a full disk here. */
  @FunctionalInterface
  interface Disk {
    /** The usual one. */
    Disk REAL =
        part ->
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);

    /** Opens an empty file, made if missing. */
    FileChannel create(Path part) throws IOException;
  }

  /** What a file is filled with. */
  @FunctionalInterface
  interface Content {
    /** Writes everything. */
    void writeTo(FileChannel out) throws IOException;
  }

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

  static void write(Path file, Disk disk, Content content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + PART);
    try {
      try (FileChannel out = disk.create(part)) {
        content.writeTo(out);
        out.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      try {
        Files.deleteIfExists(part);
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    syncFolder(file.toAbsolutePath().getParent());
  }

  static void write(Path file, Disk disk, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(file, disk, out -> writeAll(out, ByteBuffer.wrap(bytes)));
  }

  static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
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
