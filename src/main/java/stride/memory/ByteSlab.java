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
   * @param arena the owner; not closed here
   * @param dims dimensions, slowest first
   * @return the slab
   */
  public static ByteSlab allocate(Arena arena, long... dims) {
    Shape shape = Shape.of(dims);
    return new ByteSlab(arena.allocate(ElementType.BYTE.sizeBytes(shape), CACHE_LINE), shape);
  }

  /**
   * One element.
   *
   * @param index in elements from the start, all dimensions flattened
   * @return its value
   */
  public byte get(long index) {
    return segment().get(LAYOUT, checked(index));
  }

  /**
   * Sets one element.
   *
   * @param index in elements from the start, all dimensions flattened
   * @param value its new value
   */
  public void set(long index, byte value) {
    segment().set(LAYOUT, checked(index), value);
  }

  /**
   * Sets all elements.
   *
   * @param value their new value
   */
  public void fill(byte value) {
    for (long i = 0; i < length(); i++) {
      set(i, value);
    }
  }

  /**
   * A copy on the heap, for tests and reports.
   *
   * @return all elements, flattened
   */
  public byte[] toArray() {
    return segment().toArray(LAYOUT);
  }

  /**
   * Overwrites elements from the heap.
   *
   * @param index the first to overwrite, in elements
   * @param values their new values
   */
  public void set(long index, byte[] values) {
    final long at = checked(index, values.length);
    MemorySegment.copy(values, 0, segment(), LAYOUT, at, values.length);
  }
}
