package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;

/** Copies between rows and columns, for kernels whose vectors run over rows; offsets in bytes. */
public final class Columns {
  private Columns() {}

  /** Element k of every row becomes a column. */
  public static void read(FloatSlab slab, int k, MemorySegment to, long toAt, int rows) {
    final MemorySegment from = slab.segment();
    final long row = 4 * slab.shape().dim(1);
    for (int r = 0; r < rows; r++) {
      to.set(JAVA_FLOAT, toAt + 4L * r, from.get(JAVA_FLOAT, r * row + 4L * k));
    }
  }

  /** A column becomes element k of every row. */
  public static void write(MemorySegment from, long fromAt, FloatSlab slab, int k, int rows) {
    final MemorySegment to = slab.segment();
    final long row = 4 * slab.shape().dim(1);
    for (int r = 0; r < rows; r++) {
      to.set(JAVA_FLOAT, r * row + 4L * k, from.get(JAVA_FLOAT, fromAt + 4L * r));
    }
  }

  /** All elements of a column become the same. */
  public static void fill(MemorySegment to, long toAt, float value, int rows) {
    for (int r = 0; r < rows; r++) {
      to.set(JAVA_FLOAT, toAt + 4L * r, value);
    }
  }

  /** The sum of a column, in order. */
  public static double sum(MemorySegment from, long fromAt, int rows) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += from.get(JAVA_FLOAT, fromAt + 4L * r);
    }
    return sum;
  }
}
