package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** Copies rows that are so short that a call for each would cost more than they do. */
final class ShortRows {
  /** Bytes that rows which {@link #gather} copies are a multiple of. */
  static final int MULTIPLE = 16;

  // rows so short that a call for each takes longer
  private static final int SHORT = 64;

  private ShortRows() {}

  /**
   * Copies rows from anywhere into rows from the first on, as fast as we know how: 16 bytes of each
   * row before the next 16 of any, so that the processor waits for many rows at once.
   *
   * @param rows numbers of rows of {@code from}
   * @param bytes of a row, a multiple of 16
   */
  static void gather(MemorySegment from, int[] rows, MemorySegment to, int bytes) {
    if (bytes > SHORT) {
      for (int k = 0; k < rows.length; k++) {
        MemorySegment.copy(from, (long) rows[k] * bytes, to, (long) k * bytes, bytes);
      }
      return;
    }
    for (int b = 0; b < bytes; b += MULTIPLE) {
      for (int k = 0; k < rows.length; k++) {
        final long source = (long) rows[k] * bytes + b;
        final long target = (long) k * bytes + b;
        to.set(JAVA_LONG, target, from.get(JAVA_LONG, source));
        to.set(JAVA_LONG, target + 8, from.get(JAVA_LONG, source + 8));
      }
    }
  }

  /**
   * The same of rows of numbers of 4 bytes.
   *
   * @param elements of a row
   */
  static void gatherNumbers(MemorySegment from, int[] rows, MemorySegment to, int elements) {
    for (int e = 0; e < elements; e++) {
      for (int k = 0; k < rows.length; k++) {
        final long source = Integer.BYTES * ((long) rows[k] * elements + e);
        final long target = Integer.BYTES * ((long) k * elements + e);
        to.set(JAVA_INT, target, from.get(JAVA_INT, source));
      }
    }
  }

  /**
   * Copies a row.
   *
   * @param bytes a multiple of 8
   */
  static void copy(MemorySegment from, long fromByte, MemorySegment to, long toByte, long bytes) {
    for (long k = 0; k < bytes; k += 8) {
      to.set(JAVA_LONG, toByte + k, from.get(JAVA_LONG, fromByte + k));
    }
  }
}
