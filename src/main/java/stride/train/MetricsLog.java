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
  private final double seconds;

  private MetricsLog(Path file, FileChannel channel, Kept kept) {
    this.file = file;
    this.channel = channel;
    this.seconds = kept.seconds;
  }

  /**
   * What is kept of a log.
   *
   * @param end bytes
   * @param seconds that its lines took
   */
  private record Kept(long end, double seconds) {}

  /** What a line says; {@link #NONE} or {@link #AFTER_LAST} in the place of its iteration. */
  private record Line(long iteration, double seconds) {}

  /** Opens a log, made if missing, and cuts what is later than an iteration or half-written. */
  static MetricsLog open(Path file, long lastIteration) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        Kept kept = keep(file, channel, lastIteration);
        if (kept.end < channel.size()) {
          channel.truncate(kept.end);
        }
        channel.position(kept.end);
        return new MetricsLog(file, channel, kept);
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

  /** The whole lines up to an iteration. */
  @SuppressWarnings("resource") // closing the stream would close the channel
  private static Kept keep(Path file, FileChannel channel, long lastIteration) throws IOException {
    var lines = new TextLines(Channels.newInputStream(channel.position(0)), LONGEST_LINE);
    Kept kept = new Kept(0, 0);
    int damaged = 0;
    while (true) {
      Line line = next(file, lines);
      if (line.iteration == AFTER_LAST || line.iteration > lastIteration) {
        return kept;
      }
      if (line.iteration == NONE) {
        damaged = damaged == 0 ? lines.number() : damaged;
      } else if (damaged == 0) {
        kept = new Kept(lines.position(), kept.seconds + line.seconds);
      } else {
        throw new FileException(
            file,
            "line %d is damaged, and whole lines follow it, which would be lost: mend it or delete it"
                .formatted(damaged));
      }
    }
  }

  private static Line next(Path file, TextLines lines) throws IOException {
    try {
      String line = lines.next();
      return line == null || !lines.isWhole() ? new Line(AFTER_LAST, 0) : line(file, line);
    } catch (CharacterCodingException e) {
      return new Line(NONE, 0);
    } catch (TextLines.TooLongException e) {
      return new Line(AFTER_LAST, 0);
    }
  }

  private static Line line(Path file, String line) {
    try {
      JsonNode json = JsonText.parse(line);
      if (json.path("schema_version").isInt()) {
        JsonText.requireVersion(file, json, TrainProgress.SCHEMA_VERSION);
      }
      JsonNode iteration = json.path("iteration");
      boolean counts = iteration.isIntegralNumber() && iteration.canConvertToLong();
      return new Line(
          counts && iteration.longValue() > 0 ? iteration.longValue() : NONE,
          json.path("seconds").asDouble());
    } catch (JsonException e) {
      return new Line(NONE, 0);
    }
  }

  /** What the iterations took that were there when it was opened, each from the one before. */
  double seconds() {
    return seconds;
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
