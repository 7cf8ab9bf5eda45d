package stride.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Tells whether files are still the same: 64 bits of two CRCs, and how many bytes there were.
 *
 * <p>No defence against anybody who means to deceive. It is read at the start of every training,
 * where the JVM computes CRCs at the speed of memory from the first call; SHA-256 would take 0.1 to
 * 0.5 s for the 28 MB of a Stride, for its code is not compiled yet.
 */
public final class Checksum {
  private static final int BUFFER_BYTES = 1 << 18;

  private final CRC32 ieee = new CRC32();
  private final CRC32C castagnoli = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long bytes;

  private Checksum() {}

  /** That of a file, or of all files of a folder with their names. */
  public static String of(Path file) throws IOException {
    return ofAll(List.of(file));
  }

  /** That of several in order, with their names: of each as {@link #of(Path)} says. */
  public static String ofAll(List<Path> all) throws IOException {
    var sum = new Checksum();
    for (Path file : all) {
      if (Files.isDirectory(file)) {
        try (Stream<Path> below = Files.walk(file)) {
          for (Path one : below.filter(Files::isRegularFile).sorted().toList()) {
            sum.add(file.relativize(one).toString(), one);
          }
        }
      } else {
        sum.add(file.getFileName().toString(), file);
      }
    }
    return sum.text();
  }

  public static String ofText(String text) {
    var sum = new Checksum();
    sum.add(text);
    return sum.text();
  }

  private void add(String name, Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      add(name + "\n" + in.size() + "\n");
      while (in.read(buffer.clear()) >= 0) {
        add(buffer.flip());
      }
    }
  }

  private void add(String text) {
    add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void add(ByteBuffer part) {
    bytes += part.remaining();
    ieee.update(part.duplicate());
    castagnoli.update(part);
  }

  private String text() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits((int) ieee.getValue())
        + hex.toHexDigits((int) castagnoli.getValue())
        + "-"
        + bytes;
  }
}
