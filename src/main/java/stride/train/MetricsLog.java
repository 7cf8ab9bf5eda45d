package stride.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One JSON object on one line for every iteration; a line is written at once or cut at resuming.
 */
final class MetricsLog implements AutoCloseable {
  // far above any real line: what is longer is damage, and must not fill the heap
  private static final int LONGEST_LINE = 1 << 20;

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

  private static TrainException failed(Path file, IOException e) {
    return new TrainException("cannot write " + file + ": " + TrainException.reason(e), e);
  }

  /** Bytes of the whole lines up to an iteration. */
  @SuppressWarnings("resource") // closing the stream would close the channel
  private static long endOf(Path file, FileChannel channel, long lastIteration) throws IOException {
    InputStream in = new BufferedInputStream(Channels.newInputStream(channel.position(0)));
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long end = 0;
    for (int next = in.read(); next >= 0 && line.size() < LONGEST_LINE; next = in.read()) {
      line.write(next);
      if (next == '\n') {
        long iteration = iterationOf(file, line.toString(StandardCharsets.UTF_8));
        if (iteration < 0 || iteration > lastIteration) {
          return end;
        }
        end += line.size();
        line.reset();
      }
    }
    return end;
  }

  private static long iterationOf(Path file, String line) {
    try {
      JsonNode json = JsonText.parse(line);
      JsonNode version = json.path("schema_version");
      if (version.isInt() && version.intValue() != TrainProgress.SCHEMA_VERSION) {
        throw new TrainException(
            "%s: schema_version=%s, this Stride writes %d"
                .formatted(file, version, TrainProgress.SCHEMA_VERSION));
      }
      JsonNode iteration = json.path("iteration");
      return iteration.isIntegralNumber() ? iteration.longValue() : -1;
    } catch (JsonProcessingException e) {
      return -1;
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
