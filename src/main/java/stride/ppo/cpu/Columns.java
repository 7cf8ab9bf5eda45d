package stride.ppo.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;

/** Copies between rows and columns; offsets in bytes. */
final class Columns {
  private Columns() {}

  /** Element k of every row becomes a column. */
  static void read(FloatSlab slab, int k, MemorySegment to, long toAt, int rows) {
    final MemorySegment from = slab.segment();
    final long row = 4 * slab.shape().dim(1);
    for (int r = 0; r < rows; r++) {
      to.set(JAVA_FLOAT, toAt + 4L * r, from.get(JAVA_FLOAT, r * row + 4L * k));
    }
  }

  /** A column becomes element k of every row. */
  static void write(MemorySegment from, long fromAt, FloatSlab slab, int k, int rows) {
    final MemorySegment to = slab.segment();
    final long row = 4 * slab.shape().dim(1);
    for (int r = 0; r < rows; r++) {
      to.set(JAVA_FLOAT, r * row + 4L * k, from.get(JAVA_FLOAT, fromAt + 4L * r));
    }
  }

  /** All elements of a column become the same. */
  static void fill(MemorySegment to, long toAt, float value, int rows) {
    for (int r = 0; r < rows; r++) {
      to.set(JAVA_FLOAT, toAt + 4L * r, value);
    }
  }

  /** The sum of a column, in order. */
  static double sum(MemorySegment from, long fromAt, int rows) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += from.get(JAVA_FLOAT, fromAt + 4L * r);
    }
    return sum;
  }
}
