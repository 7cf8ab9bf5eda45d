package stride.nn.cpu;

import static jdk.incubator.vector.VectorOperators.LT;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

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
}
