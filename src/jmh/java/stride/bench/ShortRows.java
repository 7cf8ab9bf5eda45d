package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** Copies rows that are so short that a call for each would cost more than they do. */
final class ShortRows {
  private ShortRows() {}

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
