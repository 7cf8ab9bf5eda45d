package stride.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.JsonException;
import stride.files.JsonText;
import stride.files.TextLines;

/**
 * One JSON object on one line for every iteration; a line is written at once or cut at resuming.
 */
final class MetricsLog implements AutoCloseable {
  // far above any real line: what is longer is damage, and must not fill the heap
  static final int LONGEST_LINE = 1 << 20; // bytes

  // in the place of an iteration's number: of a line without one, and where no whole line is left
  private static final long NONE = -1;
  private static final long AFTER_LAST = -2;

  private final Path file;
  private final FileChannel channel;

  private MetricsLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens a log, made if missing, and cuts what is later than an iteration or half-written. */
  static MetricsLog open(Path file, long lastIteration) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        long end = endOf(file, channel, lastIteration);
        if (end < channel.size()) {
          channel.truncate(end);
        }
        channel.position(end);
        return new MetricsLog(file, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static FileException failed(Path file, IOException e) {
    return FileException.cannot("write", file, e);
  }

  /** Bytes of the whole lines up to an iteration. */
  @SuppressWarnings("resource") // closing the stream would close the channel
  private static long endOf(Path file, FileChannel channel, long lastIteration) throws IOException {
    var lines = new TextLines(Channels.newInputStream(channel.position(0)), LONGEST_LINE);
    long end = 0;
    int damaged = 0;
    while (true) {
      long iteration = nextIteration(file, lines);
      if (iteration == AFTER_LAST || iteration > lastIteration) {
        return end;
      }
      if (iteration == NONE) {
        damaged = damaged == 0 ? lines.number() : damaged;
      } else if (damaged == 0) {
        end = lines.position();
      } else {
        throw new FileException(
            file,
            "line %d is damaged, and whole lines follow it, which would be lost: mend it or delete it"
                .formatted(damaged));
      }
    }
  }

  /** That of the next line, if it has one. */
  private static long nextIteration(Path file, TextLines lines) throws IOException {
    try {
      String line = lines.next();
      return line == null || !lines.isWhole() ? AFTER_LAST : iterationOf(file, line);
    } catch (CharacterCodingException e) {
      return NONE;
    } catch (TextLines.TooLongException e) {
      return AFTER_LAST;
    }
  }

  private static long iterationOf(Path file, String line) {
    try {
      JsonNode json = JsonText.parse(line);
      if (json.path("schema_version").isInt()) {
        JsonText.requireVersion(file, json, TrainProgress.SCHEMA_VERSION);
      }
      JsonNode iteration = json.path("iteration");
      boolean counts = iteration.isIntegralNumber() && iteration.canConvertToLong();
      return counts && iteration.longValue() > 0 ? iteration.longValue() : NONE;
    } catch (JsonException e) {
      return NONE;
    }
  }

  void add(Object metrics) {
    byte[] line = (JsonText.line(metrics) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      AtomicFile.writeAll(channel, ByteBuffer.wrap(line));
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** Makes sure of all lines before the checkpoint that counts on them. */
  void sync() {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }
}
