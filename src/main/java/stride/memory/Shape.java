package stride.memory;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The dimensions of a slab, slowest first; every dimension is at least 1. Immutable. */
public final class Shape {
  private final long[] dims;
  private final long elements;

  private Shape(long[] dims) {
    this.dims = dims;
    long product = 1;
    for (long dim : dims) {
      if (dim < 1) {
        throw new IllegalArgumentException(
            "shape=" + Arrays.toString(dims) + ", required: each >= 1");
      }
      if (dim > Long.MAX_VALUE / product) {
        throw new IllegalArgumentException(
            "shape=" + Arrays.toString(dims) + ", required: at most 2^63 - 1 elements");
      }
      product *= dim;
    }
    this.elements = product;
  }

  /**
   * A shape of the given dimensions.
   *
   * @param dims dimensions, slowest first; none at all is a single element
   * @throws IllegalArgumentException if a dimension is below 1, or the number of elements does not
   *     fit a long
   */
  public static Shape of(long... dims) {
    return new Shape(dims.clone());
  }

  /** The product of the dimensions. */
  public long elements() {
    return elements;
  }

  public int rank() {
    return dims.length;
  }

  /** One dimension; axis 0 is the slowest. */
  public long dim(int axis) {
    return dims[axis];
  }

  /** A copy of the dimensions, the slowest first. */
  public long[] dims() {
    return dims.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return LongStream.of(dims).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
