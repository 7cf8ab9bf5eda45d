package stride.nn.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** The vectors that this machine prefers: 4, 8 or 16 floats. */
final class Lanes {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final int LANES = FLOATS.length();
  static final long BYTES = FLOATS.vectorByteSize();

  private Lanes() {}

  // there is no store beside load: a vector handed to a method after a loop is boxed

  static FloatVector load(MemorySegment segment, long offsetBytes) {
    return FloatVector.fromMemorySegment(FLOATS, segment, offsetBytes, ORDER);
  }

  static IntVector loadInts(MemorySegment segment, long offsetBytes) {
    return IntVector.fromMemorySegment(INTS, segment, offsetBytes, ORDER);
  }
}
