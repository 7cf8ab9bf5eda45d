package stride.memory;

/** The element types a slab can have. */
public enum ElementType {
  /** 32-bit float. */
  FLOAT(4),
  /** 64-bit float. */
  DOUBLE(8),
  /** 32-bit integer. */
  INT(4),
  /** 64-bit integer. */
  LONG(8),
  /** Byte. */
  BYTE(1);

  private final int sizeBytes;

  ElementType(int sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  public int sizeBytes() {
    return sizeBytes;
  }

  /**
   * Bytes of a dense array.
   *
   * @throws IllegalArgumentException if they do not fit a long
   */
  public long sizeBytes(Shape shape) {
    try {
      return Math.multiplyExact(shape.elements(), sizeBytes);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "shape=" + shape + " of " + this + ", required: at most 2^63 - 1 bytes", e);
    }
  }
}
