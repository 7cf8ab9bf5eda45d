package stride.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A slab of bytes: flags, and 8-bit pixels read as unsigned. */
public final class ByteSlab extends Slab {
  private static final ValueLayout.OfByte LAYOUT = ValueLayout.JAVA_BYTE;

  ByteSlab(MemorySegment segment, Shape shape) {
    super(segment, shape, ElementType.BYTE);
  }

  /**
   * A zeroed slab that lives as long as an arena, aligned to a cache line.
   *
   * @param dims dimensions, slowest first
   */
  public static ByteSlab allocate(Arena arena, long... dims) {
    Shape shape = Shape.of(dims);
    return new ByteSlab(arena.allocate(ElementType.BYTE.sizeBytes(shape), CACHE_LINE), shape);
  }

  public byte get(long index) {
    return segment().get(LAYOUT, checked(index));
  }

  public void set(long index, byte value) {
    segment().set(LAYOUT, checked(index), value);
  }

  public void fill(byte value) {
    for (long i = 0; i < length(); i++) {
      set(i, value);
    }
  }

  /** A copy of all elements on the heap, for tests and reports. */
  public byte[] toArray() {
    return segment().toArray(LAYOUT);
  }

  /** Overwrites elements from the heap, from {@code index} on. */
  public void set(long index, byte[] values) {
    final long at = checked(index, values.length);
    MemorySegment.copy(values, 0, segment(), LAYOUT, at, values.length);
  }
}
