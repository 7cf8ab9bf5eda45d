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
import java.util.zip.CRC32C;
import stride.files.AtomicFile;
import stride.files.FileException;

/**
 * A TensorBoard event file of scalars. Not thread-safe; the owner closes it.
 *
 * <pre>
 *   record:  u64 LE length | u32 masked CRC-32C of the length | Event | u32 masked CRC-32C of it
 *   Event:   1 wall_time: double, 2 step: varint, 3 file_version: string, 5 summary, 7 session_log
 *   Summary: 1 value (repeated): { 1 tag: string, 2 simple_value: float }
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
  private static final int SESSION_STATUS = 1;
  private static final long SESSION_START = 1;

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
   * Begins a new file in a run's folder; TensorBoard reads all files of a folder, by time.
   *
   * @param folder the run's
   * @param step env steps already done: what earlier files say of later ones no longer counts
   * @return the log
   * @throws TrainException if it cannot be made
   */
  public static EventLog create(Path folder, long step) {
    String name = "events.out.tfevents.%010d.stride".formatted(Instant.now().getEpochSecond());
    Path file = folder.resolve(name);
    for (int k = 2; Files.exists(file); k++) {
      file = folder.resolve(name + "." + k); // resumed within a second
    }
    try {
      EventLog log = open(file, StandardOpenOption.CREATE_NEW);
      try {
        log.begin(step);
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

  private static TrainException failed(Path file, IOException e) {
    return new TrainException("cannot write " + file + ": " + FileException.reason(e), e);
  }

  private void begin(long step) {
    write(event(0).put(EVENT_FILE_VERSION, "brain.Event:2"));
    if (step > 0) {
      var restart = new Protobuf().put(SESSION_STATUS, SESSION_START);
      // TensorBoard drops what it has of this step and later
      write(event(step + 1).put(EVENT_SESSION_LOG, restart));
    }
  }

  /**
   * Adds the scalars of one step.
   *
   * @param step env steps
   * @param scalars by tag, for example {@code losses/policy_loss}
   * @throws TrainException if they cannot be written
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
