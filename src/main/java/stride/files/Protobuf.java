package stride.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A message in the form of protocol buffers, field by field in the order they are put. Not
 * thread-safe.
 *
 * <pre>
 *   field:  key, a varint of (number &lt;&lt; 3 | wire type) | value
 *   value:  0 varint | 1 eight bytes LE | 2 length, a varint, and as many bytes | 5 four bytes LE
 *   varint: seven bits a byte, lowest first, the top bit set in all bytes but the last
 * </pre>
 */
public final class Protobuf {
  private static final int WIRE_VARINT = 0;
  private static final int WIRE_FIXED64 = 1;
  private static final int WIRE_BYTES = 2;
  private static final int WIRE_FIXED32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A message without fields. */
  public Protobuf() {}

  /**
   * Puts an integer or enumeration.
   *
   * @param field number, at least 1
   * @param value negative ones take ten bytes
   * @return this
   */
  public Protobuf put(int field, long value) {
    putKey(field, WIRE_VARINT);
    putVarint(value);
    return this;
  }

  /**
   * Puts a number in double precision.
   *
   * @param field number, at least 1
   * @param value any
   * @return this
   */
  public Protobuf put(int field, double value) {
    putKey(field, WIRE_FIXED64);
    putFixed(Double.doubleToLongBits(value), Double.BYTES);
    return this;
  }

  /**
   * Puts a number in single precision.
   *
   * @param field number, at least 1
   * @param value any
   * @return this
   */
  public Protobuf put(int field, float value) {
    putKey(field, WIRE_FIXED32);
    putFixed(Float.floatToIntBits(value), Float.BYTES);
    return this;
  }

  /**
   * Puts bytes.
   *
   * @param field number, at least 1
   * @param value copied
   * @return this
   */
  public Protobuf put(int field, byte[] value) {
    putKey(field, WIRE_BYTES);
    putVarint(value.length);
    out.writeBytes(value);
    return this;
  }

  /**
   * Puts a text.
   *
   * @param field number, at least 1
   * @param value in UTF-8
   * @return this
   */
  public Protobuf put(int field, String value) {
    return put(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Puts a message.
   *
   * @param field number, at least 1
   * @param value as it is now
   * @return this
   */
  public Protobuf put(int field, Protobuf value) {
    return put(field, value.toBytes());
  }

  /** The message so far, with all of its fields. */
  public byte[] toBytes() {
    return out.toByteArray();
  }

  private void putKey(int field, int wireType) {
    putVarint((long) field << 3 | wireType);
  }

  private void putVarint(long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private void putFixed(long bits, int bytes) {
    for (int k = 0; k < bytes; k++) {
      out.write((int) (bits >>> (Byte.SIZE * k)));
    }
  }
}
