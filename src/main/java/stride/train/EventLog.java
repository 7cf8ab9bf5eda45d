package stride.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file of scalars. Not thread-safe; the owner closes it.
 *
 * <pre>
 *   record:  u64 LE length | u32 masked CRC-32C of the length | Event | u32 masked CRC-32C of it
 *   Event:   1 wall_time: double, 2 step: varint, 3 file_version: string, 5 summary, 7 session_log
 *   Summary: 1 value (repeated): { 1 tag: string, 2 simple_value: float }
 * </pre>
 *
 * <p>Messages are protocol buffers: a varint of field and wire type before every field.
 */
public final class EventLog implements AutoCloseable {
  private static final int WIRE_VARINT = 0;
  private static final int WIRE_FIXED64 = 1;
  private static final int WIRE_BYTES = 2;
  private static final int WIRE_FIXED32 = 5;

  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int EVENT_SESSION_LOG = 7;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE = 2;
  private static final int SESSION_STATUS = 1;
  private static final int SESSION_START = 1;

  private static final int CRC_MASK = 0xA282EAD8;
  private static final int HEADER_BYTES = 12;
  private static final int CRC_BYTES = 4;

  // enough for the fields around any one tag or message
  private static final int MARGIN_BYTES = 64;

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
    return new TrainException("cannot write " + file + ": " + TrainException.reason(e), e);
  }

  private void begin(long step) {
    byte[] version = "brain.Event:2".getBytes(StandardCharsets.UTF_8);
    write(event(0, EVENT_FILE_VERSION, ByteBuffer.wrap(version)));
    if (step > 0) {
      ByteBuffer restart = message(MARGIN_BYTES);
      putKey(restart, SESSION_STATUS, WIRE_VARINT);
      putVarint(restart, SESSION_START);
      // TensorBoard drops what it has of this step and later
      write(event(step + 1, EVENT_SESSION_LOG, restart.flip()));
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
    int capacity = 0;
    for (String tag : scalars.keySet()) {
      capacity += MARGIN_BYTES + 3 * tag.length(); // UTF-8 has at most 3 bytes a char
    }
    ByteBuffer summary = message(capacity);
    scalars.forEach(
        (tag, value) -> putBytes(summary, SUMMARY_VALUE, value(tag, value.floatValue())));
    write(event(step, EVENT_SUMMARY, summary.flip()));
  }

  private static ByteBuffer value(String tag, float simple) {
    byte[] bytes = tag.getBytes(StandardCharsets.UTF_8);
    ByteBuffer value = message(MARGIN_BYTES + bytes.length);
    putBytes(value, VALUE_TAG, ByteBuffer.wrap(bytes));
    putKey(value, VALUE_SIMPLE, WIRE_FIXED32);
    return value.putFloat(simple).flip();
  }

  private static ByteBuffer event(long step, int field, ByteBuffer content) {
    Instant now = Instant.now();
    ByteBuffer event = message(MARGIN_BYTES + content.remaining());
    putKey(event, EVENT_WALL_TIME, WIRE_FIXED64);
    event.putDouble(now.getEpochSecond() + 1e-9 * now.getNano());
    putKey(event, EVENT_STEP, WIRE_VARINT);
    putVarint(event, step);
    putBytes(event, field, content);
    return event.flip();
  }

  private void write(ByteBuffer event) {
    ByteBuffer framed = message(HEADER_BYTES + event.remaining() + CRC_BYTES);
    framed.putLong(event.remaining());
    framed.putInt(maskedCrc(framed.duplicate().flip()));
    framed.putInt(HEADER_BYTES + event.remaining(), maskedCrc(event.duplicate()));
    framed.put(event).position(framed.capacity()).flip();
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

  private static ByteBuffer message(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void putBytes(ByteBuffer to, int field, ByteBuffer bytes) {
    putKey(to, field, WIRE_BYTES);
    putVarint(to, bytes.remaining());
    to.put(bytes);
  }

  private static void putKey(ByteBuffer to, int field, int wireType) {
    to.put((byte) (field << 3 | wireType));
  }

  private static void putVarint(ByteBuffer to, long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      to.put((byte) (left | 0x80));
      left >>>= 7;
    }
    to.put((byte) left);
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
