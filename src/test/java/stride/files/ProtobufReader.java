package stride.files;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads protocol buffers by their specification, sharing nothing with the writer. */
public final class ProtobufReader {
  private final byte[] bytes;
  private int at;

  /** From the first byte of a message on. */
  public ProtobufReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Whether there is another field. */
  public boolean more() {
    return at < bytes.length;
  }

  /** A key, a length or an integer. */
  public long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** All the rest. */
  public List<Long> varints() {
    List<Long> all = new ArrayList<>();
    while (more()) {
      all.add(varint());
    }
    return all;
  }

  /** So many bytes, the lowest first. */
  public long fixed(int size) {
    long value = 0;
    for (int k = 0; k < size; k++) {
      value |= (bytes[at++] & 0xFFL) << (8 * k);
    }
    return value;
  }

  /** A length and as many bytes. */
  public byte[] bytes() {
    int size = (int) varint();
    byte[] slice = Arrays.copyOfRange(bytes, at, at + size);
    at += size;
    return slice;
  }

  /** Bytes that are UTF-8. */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** Bytes that are a message. */
  public ProtobufReader message() {
    return new ProtobufReader(bytes());
  }
}
