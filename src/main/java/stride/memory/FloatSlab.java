package stride.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** A slab of 32-bit floats. */
public final class FloatSlab extends Slab {
  private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT;

  FloatSlab(MemorySegment segment, Shape shape) {
    super(segment, shape, ElementType.FLOAT);
  }

  /**
   * A zeroed slab that lives as long as an arena, aligned to a cache line.
   *
   * @param dims dimensions, slowest first
   */
  public static FloatSlab allocate(Arena arena, long... dims) {
    Shape shape = Shape.of(dims);
    return new FloatSlab(arena.allocate(ElementType.FLOAT.sizeBytes(shape), CACHE_LINE), shape);
  }

  /**
   * A part of this slab, as a slab of one dimension: the same memory, for as long as that lives.
   *
   * @param offset where it starts
   * @param count elements, at least 1
   */
  public FloatSlab slice(long offset, long count) {
    Objects.checkFromIndexSize(offset, count, length());
    return new FloatSlab(segment().asSlice(4 * offset, 4 * count), Shape.of(count));
  }

  public float get(long index) {
    return segment().get(LAYOUT, 4 * checked(index));
  }

  public void set(long index, float value) {
    segment().set(LAYOUT, 4 * checked(index), value);
  }

  public void fill(float value) {
    for (long i = 0; i < length(); i++) {
      set(i, value);
    }
  }

  /** A copy of all elements on the heap, for tests and reports. */
  public float[] toArray() {
    return segment().toArray(LAYOUT);
  }

  /** Overwrites elements from the heap, from {@code index} on. */
  public void set(long index, float[] values) {
    final long at = 4 * checked(index, values.length);
    MemorySegment.copy(values, 0, segment(), LAYOUT, at, values.length);
  }
}
