package stride.nn;

import stride.memory.FloatSlab;
import stride.memory.Shape;

/**
 * A named tensor without padding, as PyTorch has it, and where its elements lie in a parameter
 * slab.
 *
 * <p>A weight is {@code [out, in]} for the outside, or {@code [out, channels, height, width]}, and
 * lies as {@code [in][rowLength]} in the slab.
 *
 * @param name for example {@code actor.0.weight}
 * @param shape PyTorch's, without padding; one, two or four dimensions
 * @param offset where its first element lies, in floats
 * @param rowLength floats from one input's row to the next; unused for one dimension
 * @param order of the inputs; unused for one dimension
 */
public record ParameterTensor(
    String name, Shape shape, long offset, int rowLength, InputOrder order) {
  /** A vector, or a weight whose inputs lie in PyTorch's order. */
  ParameterTensor(String name, Shape shape, long offset, int rowLength) {
    this(
        name,
        shape,
        offset,
        rowLength,
        InputOrder.same(shape.rank() == 1 ? 1 : (int) shape.dim(1)));
  }

  /** How many inputs a weight has for each of its outputs. */
  int inputs() {
    return order.inputs();
  }

  /** Whether it is a weight, no vector. */
  boolean isWeight() {
    return shape.rank() > 1;
  }

  /** Reads the tensor's elements in PyTorch's order. */
  public float[] get(FloatSlab parameters) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = parameters.get(index(i));
    }
    return values;
  }

  /**
   * Overwrites the tensor by values in PyTorch's order; padding stays as it is.
   *
   * @throws IllegalArgumentException if there are more or fewer than the shape says
   */
  public void put(FloatSlab parameters, float[] values) {
    if (values.length != shape.elements()) {
      throw new IllegalArgumentException(
          name + ": values=" + values.length + ", required=" + shape.elements() + " for " + shape);
    }
    for (int i = 0; i < values.length; i++) {
      parameters.set(index(i), values[i]);
    }
  }

  private long index(int element) {
    if (shape.rank() == 1) {
      return offset + element;
    }
    final int inputs = inputs();
    return offset + (long) order.row(element % inputs) * rowLength + element / inputs;
  }
}
