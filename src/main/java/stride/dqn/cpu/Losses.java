package stride.dqn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Errors of the chosen actions' values, what they cost, and gradients. Offsets in bytes; errors and
 * weights begin at {@code at}.
 */
final class Losses {
  private Losses() {}

  static void errors(
      int actions,
      MemorySegment values,
      long rowBytes,
      MemorySegment choices,
      MemorySegment targets,
      MemorySegment errors,
      long at,
      int rows) {
    for (int r = 0; r < rows; r++) {
      long chosen = Objects.checkIndex(choices.get(JAVA_INT, 4L * r), actions);
      float value = values.get(JAVA_FLOAT, r * rowBytes + 4 * chosen);
      errors.set(JAVA_FLOAT, at + 4L * r, value - targets.get(JAVA_FLOAT, 4L * r));
    }
  }

  static void squared(
      MemorySegment errors, MemorySegment weights, long at, MemorySegment losses, int rows) {
    for (int r = 0; r < rows; r++) {
      float e = errors.get(JAVA_FLOAT, at + 4L * r);
      losses.set(JAVA_FLOAT, 4L * r, weights.get(JAVA_FLOAT, at + 4L * r) * (e * e));
    }
  }

  static void huber(
      MemorySegment errors, MemorySegment weights, long at, MemorySegment losses, int rows) {
    for (int r = 0; r < rows; r++) {
      float e = errors.get(JAVA_FLOAT, at + 4L * r);
      float magnitude = Math.abs(e);
      float cost = magnitude < 1 ? 0.5f * e * e : magnitude - 0.5f;
      losses.set(JAVA_FLOAT, 4L * r, weights.get(JAVA_FLOAT, at + 4L * r) * cost);
    }
  }

  static void gradients(
      boolean huber,
      int actions,
      MemorySegment choices,
      MemorySegment errors,
      MemorySegment weights,
      long at,
      float scale,
      MemorySegment gradients,
      long rowBytes,
      int rows) {
    for (int r = 0; r < rows; r++) {
      long row = r * rowBytes;
      for (int k = 0; k < actions; k++) {
        gradients.set(JAVA_FLOAT, row + 4L * k, 0);
      }
      float e = errors.get(JAVA_FLOAT, at + 4L * r);
      float slope = huber ? Math.max(-1, Math.min(1, e)) : 2 * e;
      float gradient = weights.get(JAVA_FLOAT, at + 4L * r) * scale * slope;
      gradients.set(JAVA_FLOAT, row + 4L * choices.get(JAVA_INT, 4L * r), gradient);
    }
  }
}
