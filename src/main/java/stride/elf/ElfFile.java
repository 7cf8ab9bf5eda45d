package stride.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a file is a whole library. The loader does not check: it maps what the headers say, and
 * if the file ends before that, a signal kills the process at the first missing page.
 */
public final class ElfFile {
  private static final int SHARED_OBJECT = 3;
  private static final int X86_64 = 62;
  private static final int LOADED = 1; // PT_LOAD
  private static final int PROGRAM_HEADER_BYTES = 56;

  private ElfFile() {}

  /** Why a library must not be loaded, on one line; empty if it may be. */
  public static Optional<String> damage(Path library) {
    try (FileChannel file = FileChannel.open(library)) {
      return damage(file);
    } catch (IOException e) {
      return Optional.of("cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private static Optional<String> damage(FileChannel file) throws IOException {
    ByteBuffer start = read(file, 0, ElfHeader.BYTES);
    if (!ElfHeader.isAt(start)) {
      return Optional.of("damaged, or for another machine");
    }
    if (start.limit() < ElfHeader.BYTES) {
      return cut(file, ElfHeader.BYTES);
    }
    ElfHeader header = ElfHeader.read(start);
    if (header.machine() != X86_64
        || header.type() != SHARED_OBJECT
        || header.programBytes() != PROGRAM_HEADER_BYTES) {
      return Optional.of("damaged, or for another machine");
    }
    long required =
        Math.max(
            end(header.programs(), (long) header.programCount() * header.programBytes()),
            end(header.sections(), (long) header.sectionCount() * header.sectionBytes()));
    if (required <= file.size()) {
      required = Math.max(required, loadedEnd(file, header));
    }
    return required <= file.size() ? Optional.empty() : cut(file, required);
  }

  /** Where the last part that the loader maps ends; the program headers are all there. */
  private static long loadedEnd(FileChannel file, ElfHeader header) throws IOException {
    ByteBuffer programs =
        read(file, header.programs(), header.programCount() * header.programBytes());
    long last = 0;
    for (int at = 0; at < programs.limit(); at += PROGRAM_HEADER_BYTES) {
      if (programs.getInt(at) == LOADED) {
        last = Math.max(last, end(programs.getLong(at + 8), programs.getLong(at + 32)));
      }
    }
    return last;
  }

  /** The end of a part, beyond any file if its numbers are absurd. */
  private static long end(long offset, long bytes) {
    return offset < 0 || bytes < 0 || bytes > Long.MAX_VALUE - offset
        ? Long.MAX_VALUE
        : offset + bytes;
  }

  private static Optional<String> cut(FileChannel file, long required) throws IOException {
    return Optional.of(
        required == Long.MAX_VALUE
            ? "damaged: its headers point outside of any file"
            : "cut short: bytes=" + file.size() + ", required: >= " + required);
  }

  /** Reads bytes; fewer where the file ends. */
  private static ByteBuffer read(FileChannel file, long offset, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) >= 0) {
      // a read may give less than is asked for
    }
    return buffer.flip();
  }
}
