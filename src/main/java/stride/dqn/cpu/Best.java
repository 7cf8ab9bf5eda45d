package stride.dqn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import stride.memory.IntSlab;

/** The best of a row's actions; offsets in bytes. */
final class Best {
  private Best() {}

  /** The first of the largest values; NaN is never larger. */
  static int of(int actions, MemorySegment values, long row) {
    int best = 0;
    float largest = values.get(JAVA_FLOAT, row);
    for (int k = 1; k < actions; k++) {
      float value = values.get(JAVA_FLOAT, row + 4L * k);
      if (value > largest) {
        largest = value;
        best = k;
      }
    }
    return best;
  }

  static void all(
      int actions, MemorySegment values, long rowBytes, int rows, IntSlab choices, long at) {
    for (int r = 0; r < rows; r++) {
      requireNumbers(actions, values, r, rowBytes);
      choices.set(at + r, of(actions, values, r * rowBytes));
    }
  }

  private static void requireNumbers(int actions, MemorySegment values, int row, long rowBytes) {
    for (int k = 0; k < actions; k++) {
      if (Float.isNaN(values.get(JAVA_FLOAT, row * rowBytes + 4L * k))) {
        throw new ArithmeticException("value is NaN: row=" + row + ", action=" + k);
      }
    }
  }
}
