package stride.nn;

import java.util.ArrayList;
import java.util.List;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/**
 * One slab {@code [rows, outputStride]} for what each layer of a perceptron puts out, and each of
 * the convolutions before it.
 *
 * <p>They are kept apart, as a backward pass needs them. The memory belongs to the block they were
 * planned in. One thread at a time.
 */
public final class LayerOutputs {
  private static final String IMAGES = "_images";

  private final List<FloatSlab> images;
  private final List<FloatSlab> slabs;

  /** Finds the slabs in a block that was allocated from a plan of {@link #plan}. */
  public LayerOutputs(SlabBlock block, String name, MlpLayout layout) {
    this.images = slabs(block, name + IMAGES, layout.convolutions().size());
    this.slabs = slabs(block, name, layout.layers());
  }

  private static List<FloatSlab> slabs(SlabBlock block, String name, int count) {
    List<FloatSlab> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(block.floats(name + i));
    }
    return List.copyOf(list);
  }

  /** Adds the slabs to a plan, their names with a prefix, for calls of so many rows at most. */
  public static void plan(SlabPlan plan, String name, MlpLayout layout, int rows) {
    for (int i = 0; i < layout.convolutions().size(); i++) {
      int stride = layout.convolutions().get(i).outputStride();
      plan.add(name + IMAGES + i, ElementType.FLOAT, rows, stride);
    }
    for (int i = 0; i < layout.layers(); i++) {
      plan.add(name + i, ElementType.FLOAT, rows, layout.layer(i).outputStride());
    }
  }

  /** The output of a convolution after its activation: [rows, outputStride]. */
  FloatSlab image(int convolution) {
    return images.get(convolution);
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
