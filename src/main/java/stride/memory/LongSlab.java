package stride.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A slab of 64-bit integers. */
public final class LongSlab extends Slab {
  private static final ValueLayout.OfLong LAYOUT = ValueLayout.JAVA_LONG;

  LongSlab(MemorySegment segment, Shape shape) {
    super(segment, shape, ElementType.LONG);
  }

  /**
   * A zeroed slab that lives as long as an arena, aligned to a cache line.
   *
   * @param dims dimensions, slowest first
   */
  public static LongSlab allocate(Arena arena, long... dims) {
    Shape shape = Shape.of(dims);
    return new LongSlab(arena.allocate(ElementType.LONG.sizeBytes(shape), CACHE_LINE), shape);
  }

  public long get(long index) {
    return segment().get(LAYOUT, 8 * checked(index));
  }

  public void set(long index, long value) {
    segment().set(LAYOUT, 8 * checked(index), value);
  }

  public void fill(long value) {
    for (long i = 0; i < length(); i++) {
      set(i, value);
    }
  }

  /** A copy of all elements on the heap, for tests and reports. */
  public long[] toArray() {
    return segment().toArray(LAYOUT);
  }

  /** Overwrites elements from the heap, from {@code index} on. */
  public void set(long index, long[] values) {
    final long at = 8 * checked(index, values.length);
    MemorySegment.copy(values, 0, segment(), LAYOUT, at, values.length);
  }
}
