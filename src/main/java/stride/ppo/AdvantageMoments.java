package stride.ppo;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/**
 * Mean and standard deviation of advantages, in double precision and in the order of rows. Belongs
 * to one thread.
 */
public final class AdvantageMoments {
  // as PyTorch code has it, against minibatches of equal advantages
  private static final double EPS = 1e-8;

  private float mean;
  private float scale = 1;

  /** Leaves advantages as they are. */
  public void identity() {
    mean = 0;
    scale = 1;
  }

  /** Of the rows that {@code index} names from {@code at} on; the deviation of one row is 0. */
  public void of(FloatSlab advantages, IntSlab index, long at, int rows) {
    final MemorySegment values = advantages.segment();
    final MemorySegment order = index.segment();
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      sum += values.get(JAVA_FLOAT, 4L * order.get(JAVA_INT, 4 * (at + i)));
    }
    final double average = sum / rows;
    double squares = 0;
    for (int i = 0; i < rows; i++) {
      double d = values.get(JAVA_FLOAT, 4L * order.get(JAVA_INT, 4 * (at + i))) - average;
      squares += d * d;
    }
    mean = (float) average;
    scale = (float) (1 / (Math.sqrt(squares / Math.max(1, rows - 1)) + EPS));
  }

  /** 0 for identity. */
  public float mean() {
    return mean;
  }

  /** One over the standard deviation; 1 for identity. */
  public float scale() {
    return scale;
  }
}
