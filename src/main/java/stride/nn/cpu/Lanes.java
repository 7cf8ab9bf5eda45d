package stride.nn.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** The vectors that this machine prefers: 4, 8 or 16 floats. */
public final class Lanes {
  /** Vectors of floats. */
  public static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  /** Vectors of as many integers. */
  public static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** The byte order of slabs. */
  public static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Floats in a vector; divides 16. */
  public static final int LANES = FLOATS.length();

  /** Bytes in a vector. */
  public static final long BYTES = FLOATS.vectorByteSize();

  /** Whether there are 32 registers of vectors, not 16. */
  static final boolean MANY_REGISTERS = LANES == 16;

  /** All memory, from address 0 on: for kernels that read slabs by their addresses. */
  @SuppressWarnings("restricted") // what calls such kernels has checked that all lies within slabs
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Lanes() {}

  // there is no store beside load: a vector handed to a method after a loop is boxed

  /** Reads a vector. */
  public static FloatVector load(MemorySegment segment, long offsetBytes) {
    return FloatVector.fromMemorySegment(FLOATS, segment, offsetBytes, ORDER);
  }

  static IntVector loadInts(MemorySegment segment, long offsetBytes) {
    return IntVector.fromMemorySegment(INTS, segment, offsetBytes, ORDER);
  }
}
