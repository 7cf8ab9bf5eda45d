package stride.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import stride.files.FileException;
import stride.files.JsonText;

/** The end of a metrics.jsonl, without what is before it. */
final class MetricsTail {
  private static final int BLOCK = 1 << 14; // bytes, of some lines

  private MetricsTail() {}

  /**
   * The last whole line: a run that is still written, or was killed, may end in the midst of one.
   *
   * @return empty if there is none
   * @throws FileException if the line has another form
   */
  static Optional<TrainProgress> last(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      final long size = in.size();
      for (long bytes = BLOCK; ; bytes *= 2) {
        String tail = read(in, Math.max(0, size - bytes), size);
        int end = tail.lastIndexOf('\n');
        int start = end < 0 ? -1 : tail.lastIndexOf('\n', end - 1);
        if (end >= 0 && (start >= 0 || bytes >= size)) {
          return Optional.of(progress(file, tail.substring(start + 1, end)));
        }
        if (bytes >= size) {
          return Optional.empty();
        }
        if (bytes > MetricsLog.LONGEST_LINE) {
          throw new FileException(file, "its last line is longer than any of a run");
        }
      }
    } catch (IOException e) {
      throw FileException.cannotRead(file, e);
    }
  }

  /** A character for every byte, so that one cut in two does no harm. */
  private static String read(FileChannel in, long from, long to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(to - from));
    int read = 0;
    while (read >= 0 && bytes.hasRemaining()) {
      read = in.read(bytes, from + bytes.position()); // of one that grows, as far as it was
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
  }

  private static TrainProgress progress(Path file, String line) {
    return JsonText.readLast(file, line, TrainProgress.SCHEMA_VERSION, TrainProgress.class);
  }
}
