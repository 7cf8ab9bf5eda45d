package stride.sac.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** Targets, losses and their gradients: a critic's value is the first of its row. */
final class Losses {
  private Losses() {}

  static void targets(
      float alpha,
      MemorySegment first,
      MemorySegment second,
      long rowBytes,
      MemorySegment logProbs,
      MemorySegment rewards,
      MemorySegment discounts,
      MemorySegment targets,
      int rows) {
    for (int r = 0; r < rows; r++) {
      float one = first.get(JAVA_FLOAT, r * rowBytes);
      float other = second.get(JAVA_FLOAT, r * rowBytes);
      float next = Math.min(one, other) - alpha * logProbs.get(JAVA_FLOAT, 4L * r);
      float discounted = discounts.get(JAVA_FLOAT, 4L * r) * next;
      targets.set(JAVA_FLOAT, 4L * r, rewards.get(JAVA_FLOAT, 4L * r) + discounted);
    }
  }

  static void critic(
      MemorySegment values,
      long rowBytes,
      MemorySegment targets,
      float slope,
      MemorySegment gradients,
      MemorySegment losses,
      int rows) {
    for (int r = 0; r < rows; r++) {
      float error = values.get(JAVA_FLOAT, r * rowBytes) - targets.get(JAVA_FLOAT, 4L * r);
      losses.set(JAVA_FLOAT, 4L * r, error * error);
      gradients.set(JAVA_FLOAT, r * rowBytes, slope * error);
    }
  }

  static void actor(
      float alpha,
      MemorySegment first,
      MemorySegment second,
      long rowBytes,
      MemorySegment logProbs,
      MemorySegment losses,
      int rows) {
    for (int r = 0; r < rows; r++) {
      float one = first.get(JAVA_FLOAT, r * rowBytes);
      float other = second.get(JAVA_FLOAT, r * rowBytes);
      float entropy = alpha * logProbs.get(JAVA_FLOAT, 4L * r);
      losses.set(JAVA_FLOAT, 4L * r, entropy - Math.min(one, other));
    }
  }

  /** The gradient of the smaller value's critic, and of the other. */
  static void smaller(
      float weight,
      MemorySegment first,
      MemorySegment second,
      long rowBytes,
      MemorySegment firstGradients,
      MemorySegment secondGradients,
      int rows) {
    for (int r = 0; r < rows; r++) {
      long row = r * rowBytes;
      boolean isFirst = first.get(JAVA_FLOAT, row) <= second.get(JAVA_FLOAT, row);
      firstGradients.set(JAVA_FLOAT, row, isFirst ? -weight : 0);
      secondGradients.set(JAVA_FLOAT, row, isFirst ? 0 : -weight);
    }
  }
}
