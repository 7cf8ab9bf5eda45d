package stride.nn;

import java.util.ArrayList;
import java.util.List;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/**
 * One slab {@code [rows, outputStride]} for what each layer of a perceptron puts out.
 *
 * <p>They are kept apart, as a backward pass needs them. The memory belongs to the block they were
 * planned in. One thread at a time.
 */
public final class LayerOutputs {
  private final List<FloatSlab> slabs;

  /**
   * Finds the planned slabs.
   *
   * @param block allocated from a plan that {@link #plan} was called on
   * @param name as planned
   * @param layout as planned
   */
  public LayerOutputs(SlabBlock block, String name, MlpLayout layout) {
    List<FloatSlab> list = new ArrayList<>();
    for (int i = 0; i < layout.layers(); i++) {
      list.add(block.floats(name + i));
    }
    this.slabs = List.copyOf(list);
  }

  /**
   * Adds the slabs to a plan.
   *
   * @param plan what is allocated together
   * @param name prefix of the slabs' names
   * @param layout the perceptron
   * @param rows the most rows of a call
   */
  public static void plan(SlabPlan plan, String name, MlpLayout layout, int rows) {
    for (int i = 0; i < layout.layers(); i++) {
      plan.add(name + i, ElementType.FLOAT, rows, layout.layer(i).outputStride());
    }
  }

  /**
   * What one layer puts out, after its activation.
   *
   * @param layer 0 is the one that reads the input
   * @return its slab: [rows, outputStride]
   */
  public FloatSlab get(int layer) {
    return slabs.get(layer);
  }

  /**
   * What the perceptron puts out.
   *
   * @return the last layer's slab: [rows, outputStride]
   */
  public FloatSlab last() {
    return slabs.getLast();
  }
}
