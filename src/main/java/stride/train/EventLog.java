package stride.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.Protobuf;

/**
 * A TensorBoard event file of scalars and of a run's hyper-parameters. Not thread-safe; the owner
 * closes it.
 *
 * <pre>
 *   record:  u64 LE length | u32 masked CRC-32C of the length | Event | u32 masked CRC-32C of it
 *   Event:   1 wall_time: double, 2 step: varint, 3 file_version: string, 5 summary, 7 session_log
 *   Summary: 1 value (repeated): { 1 tag: string, 2 simple_value: float, or 8 tensor, 9 metadata }
 * </pre>
 *
 * <p>Messages are protocol buffers, see {@link Protobuf}.
 */
public final class EventLog implements AutoCloseable {
  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int EVENT_SESSION_LOG = 7;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE = 2;
  private static final int VALUE_TENSOR = 8;
  private static final int VALUE_METADATA = 9;
  private static final int METADATA_PLUGIN = 1;
  private static final int PLUGIN_NAME = 1;
  private static final int PLUGIN_CONTENT = 2;
  private static final int TENSOR_TYPE = 1;
  private static final int TENSOR_SHAPE = 2;
  private static final int TENSOR_STRINGS = 8;
  private static final long TYPE_STRING = 7;
  private static final int SHAPE_DIMENSION = 2;
  private static final int DIMENSION_SIZE = 1;
  private static final int SESSION_STATUS = 1;
  private static final long SESSION_START = 1;

  // where CleanRL's table lands: PyTorch's writer adds what follows the slash
  private static final String HYPERPARAMETERS = "hyperparameters/text_summary";

  private static final int CRC_MASK = 0xA282EAD8;
  private static final int HEADER_BYTES = 12;
  private static final int CRC_BYTES = 4;

  private final Path file;
  private final FileChannel channel;

  private EventLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Begins the file of a run that begins.
   *
   * @param folder the run's
   * @param hyperparameters names and values, for a table in TensorBoard's text tab
   * @return the log
   * @throws FileException if it cannot be made
   */
  public static EventLog create(Path folder, SequencedMap<String, String> hyperparameters) {
    return create(folder, log -> log.writeTable(hyperparameters));
  }

  /**
   * Begins another file in the folder of a run that goes on; TensorBoard reads all files of a
   * folder, by time.
   *
   * @param folder the run's
   * @param step env steps that the run goes on from, 0 or more: what earlier files say of later
   *     ones no longer counts
   * @return the log
   * @throws FileException if it cannot be made
   */
  public static EventLog resume(Path folder, long step) {
    return create(folder, log -> log.writeRestart(step));
  }

  private static EventLog create(Path folder, Consumer<EventLog> first) {
    String name = "events.out.tfevents.%010d.stride".formatted(Instant.now().getEpochSecond());
    Path file = folder.resolve(name);
    for (int k = 2; Files.exists(file); k++) {
      file = folder.resolve(name + "." + k); // resumed within a second
    }
    try {
      EventLog log = open(file, StandardOpenOption.CREATE_NEW);
      try {
        log.write(event(0).put(EVENT_FILE_VERSION, "brain.Event:2"));
        first.accept(log);
        return log;
      } catch (RuntimeException e) {
        log.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  static EventLog open(Path file, StandardOpenOption how) throws IOException {
    return new EventLog(file, FileChannel.open(file, how, StandardOpenOption.WRITE));
  }

  private static FileException failed(Path file, IOException e) {
    return FileException.cannot("write", file, e);
  }

  private void writeRestart(long step) {
    var restart = new Protobuf().put(SESSION_STATUS, SESSION_START);
    // TensorBoard drops what it has of this step and later
    write(event(step + 1).put(EVENT_SESSION_LOG, restart));
  }

  /** A text summary of step 0, of the form that TensorBoard's text tab shows as a table. */
  private void writeTable(SequencedMap<String, String> hyperparameters) {
    var markdown = new StringBuilder("|param|value|\n|-|-|");
    hyperparameters.forEach(
        (name, value) -> markdown.append("\n|%s|%s|".formatted(name, value.replace("|", "\\|"))));
    var plugin = new Protobuf().put(PLUGIN_NAME, "text").put(PLUGIN_CONTENT, "");
    var shape = new Protobuf().put(SHAPE_DIMENSION, new Protobuf().put(DIMENSION_SIZE, 1));
    var text =
        new Protobuf()
            .put(TENSOR_TYPE, TYPE_STRING)
            .put(TENSOR_SHAPE, shape)
            .put(TENSOR_STRINGS, markdown.toString());
    var value =
        new Protobuf()
            .put(VALUE_TAG, HYPERPARAMETERS)
            .put(VALUE_TENSOR, text)
            .put(VALUE_METADATA, new Protobuf().put(METADATA_PLUGIN, plugin));
    write(event(0).put(EVENT_SUMMARY, new Protobuf().put(SUMMARY_VALUE, value)));
  }

  /**
   * Adds the scalars of one step.
   *
   * @param step env steps
   * @param scalars by tag, for example {@code losses/policy_loss}
   * @throws FileException if they cannot be written
   */
  public void add(long step, Map<String, Double> scalars) {
    var summary = new Protobuf();
    scalars.forEach((tag, value) -> summary.put(SUMMARY_VALUE, value(tag, value.floatValue())));
    write(event(step).put(EVENT_SUMMARY, summary));
  }

  private static Protobuf value(String tag, float simple) {
    return new Protobuf().put(VALUE_TAG, tag).put(VALUE_SIMPLE, simple);
  }

  private static Protobuf event(long step) {
    Instant now = Instant.now();
    double seconds = now.getEpochSecond() + 1e-9 * now.getNano();
    return new Protobuf().put(EVENT_WALL_TIME, seconds).put(EVENT_STEP, step);
  }

  private void write(Protobuf event) {
    byte[] bytes = event.toBytes();
    ByteBuffer framed = ByteBuffer.allocate(HEADER_BYTES + bytes.length + CRC_BYTES);
    framed.order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length);
    framed.putInt(maskedCrc(framed.duplicate().flip()));
    framed.put(bytes).putInt(maskedCrc(ByteBuffer.wrap(bytes))).flip();
    try {
      AtomicFile.writeAll(channel, framed);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static int maskedCrc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
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
