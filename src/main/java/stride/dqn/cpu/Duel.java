package stride.dqn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** Values of actions from advantages and a state's value, and back; offsets in bytes. */
final class Duel {
  private Duel() {}

  static void forward(int actions, MemorySegment outputs, long rowBytes, int rows) {
    final float share = 1f / actions;
    for (int r = 0; r < rows; r++) {
      long row = r * rowBytes;
      float mean = sum(actions, outputs, row) * share;
      float value = outputs.get(JAVA_FLOAT, row + 4L * actions);
      for (int k = 0; k < actions; k++) {
        long at = row + 4L * k;
        outputs.set(JAVA_FLOAT, at, value + (outputs.get(JAVA_FLOAT, at) - mean));
      }
    }
  }

  static void backward(int actions, MemorySegment gradients, long rowBytes, int rows) {
    final float share = 1f / actions;
    for (int r = 0; r < rows; r++) {
      long row = r * rowBytes;
      float sum = sum(actions, gradients, row);
      float mean = sum * share;
      for (int k = 0; k < actions; k++) {
        long at = row + 4L * k;
        gradients.set(JAVA_FLOAT, at, gradients.get(JAVA_FLOAT, at) - mean);
      }
      gradients.set(JAVA_FLOAT, row + 4L * actions, sum);
    }
  }

  /** In order: no reduction over lanes. */
  private static float sum(int actions, MemorySegment slab, long row) {
    float sum = 0;
    for (int k = 0; k < actions; k++) {
      sum += slab.get(JAVA_FLOAT, row + 4L * k);
    }
    return sum;
  }
}
