package stride.nn.cpu;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Activations in place, a vector at a time; offsets in bytes. */
final class Activations {
  private Activations() {}

  static void tanh(MemorySegment y, long at, int vectors) {
    for (int i = 0; i < vectors; i++) {
      Elementary.tanh(load(y, at + i * BYTES)).intoMemorySegment(y, at + i * BYTES, ORDER);
    }
  }

  static void relu(MemorySegment y, long at, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector x = load(y, at + i * BYTES);
      x.blend(0, x.compare(LT, 0)).intoMemorySegment(y, at + i * BYTES, ORDER);
    }
  }

  /** d (1 - y^2). */
  static void tanhBackward(MemorySegment y, MemorySegment d, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector out = load(y, i * BYTES);
      FloatVector gradient = load(d, i * BYTES);
      out.mul(gradient).neg().fma(out, gradient).intoMemorySegment(d, i * BYTES, ORDER);
    }
  }

  /** d where y is positive. */
  static void reluBackward(MemorySegment y, MemorySegment d, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector gradient = load(d, i * BYTES);
      VectorMask<Float> positive = load(y, i * BYTES).compare(GT, 0);
      FloatVector.zero(FLOATS).blend(gradient, positive).intoMemorySegment(d, i * BYTES, ORDER);
    }
  }
}
