package stride.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A dense off-heap array of one element type.
 *
 * <p>Hot loops take the {@link #segment()} and index it in bytes from 0; everything else uses the
 * typed accessors of the subclasses, which index in elements.
 */
public abstract class Slab {
  /** Bytes of a cache line; also the widest vector. */
  public static final long CACHE_LINE = 64;

  private final MemorySegment segment;
  private final Shape shape;
  private final long length;
  private final ElementType type;

  Slab(MemorySegment segment, Shape shape, ElementType type) {
    long required = type.sizeBytes(shape);
    if (segment.byteSize() != required) {
      throw new IllegalArgumentException(
          "capacity=" + segment.byteSize() + ", required=" + required + " for shape " + shape);
    }
    if (!segment.isNative()) {
      throw new IllegalArgumentException("slabs are off-heap: " + segment);
    }
    this.segment = segment;
    this.shape = shape;
    this.length = shape.elements();
    this.type = type;
  }

  /** The memory of exactly this slab. */
  public final MemorySegment segment() {
    return segment;
  }

  public final ElementType elementType() {
    return type;
  }

  public final Shape shape() {
    return shape;
  }

  /** The number of elements. */
  public final long length() {
    return length;
  }

  public final long sizeBytes() {
    return segment.byteSize();
  }

  /**
   * The index itself. The segment alone would not do: it sees an offset in bytes, and the product
   * of a large index and the element size wraps to an offset inside.
   */
  final long checked(long index) {
    return Objects.checkIndex(index, length);
  }

  /** The index itself, of the first of several elements. */
  final long checked(long index, int elements) {
    return Objects.checkFromIndexSize(index, elements, length);
  }

  /** Sets every byte to 0, which is the number 0 in every element type. */
  public final void clear() {
    segment.fill((byte) 0);
  }

  /**
   * Overwrites this slab with the bytes of another of the same type and shape, or of itself.
   *
   * @throws IllegalArgumentException if type or shape differ
   */
  public final void copyFrom(Slab source) {
    if (source.getClass() != getClass() || !source.shape.equals(shape)) {
      throw new IllegalArgumentException("source=" + source + ", required=" + this);
    }
    MemorySegment.copy(source.segment, 0, segment, 0, segment.byteSize());
  }

  /**
   * Whether another slab has the same type, shape and bits: {@code NaN} equals itself, 0 differs
   * from -0.
   */
  public final boolean sameBits(Slab other) {
    return other.getClass() == getClass()
        && other.shape.equals(shape)
        && segment.mismatch(other.segment) < 0;
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + shape;
  }
}
