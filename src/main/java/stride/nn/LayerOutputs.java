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

  /** Finds the slabs in a block that was allocated from a plan of {@link #plan}. */
  public LayerOutputs(SlabBlock block, String name, MlpLayout layout) {
    List<FloatSlab> list = new ArrayList<>();
    for (int i = 0; i < layout.layers(); i++) {
      list.add(block.floats(name + i));
    }
    this.slabs = List.copyOf(list);
  }

  /** Adds the slabs to a plan, their names with a prefix, for calls of so many rows at most. */
  public static void plan(SlabPlan plan, String name, MlpLayout layout, int rows) {
    for (int i = 0; i < layout.layers(); i++) {
      plan.add(name + i, ElementType.FLOAT, rows, layout.layer(i).outputStride());
    }
  }

  /** The output of a layer after its activation: [rows, outputStride]; layer 0 reads the input. */
  public FloatSlab get(int layer) {
    return slabs.get(layer);
  }

  /** The last layer's output: [rows, outputStride]. */
  public FloatSlab last() {
    return slabs.getLast();
  }
}
