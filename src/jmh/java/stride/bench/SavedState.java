package stride.bench;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.LongSlab;
import stride.memory.Shape;
import stride.memory.Slab;

/**
 * A copy of what something that learns gave as its state.
 *
 * <p>The memory belongs to the arena that was passed.
 */
final class SavedState {
  private final Map<String, Slab> slabs = new LinkedHashMap<>();

  SavedState(Arena arena, Map<String, Slab> state) {
    state.forEach((name, slab) -> slabs.put(name, copy(arena, slab)));
  }

  private static Slab copy(Arena arena, Slab slab) {
    final long[] dims = dims(slab.shape());
    final Slab copy =
        switch (slab.elementType()) {
          case FLOAT -> FloatSlab.allocate(arena, dims);
          case DOUBLE -> DoubleSlab.allocate(arena, dims);
          case INT -> IntSlab.allocate(arena, dims);
          case LONG -> LongSlab.allocate(arena, dims);
          case BYTE -> ByteSlab.allocate(arena, dims);
        };
    copy.copyFrom(slab);
    return copy;
  }

  private static long[] dims(Shape shape) {
    long[] dims = new long[shape.rank()];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = shape.dim(axis);
    }
    return dims;
  }

  /** What to restore from. */
  Map<String, Slab> slabs() {
    return slabs;
  }

  /** Fails unless another state is this one in every bit. */
  void requireSame(Map<String, Slab> other) {
    slabs.forEach(
        (name, slab) -> {
          if (!slab.sameBits(other.get(name))) {
            throw new IllegalStateException(name + " is not what it was when it was proved");
          }
        });
  }

  /** Fails unless another state has other parameters: something was learnt in between. */
  void requireLearnt(Map<String, Slab> other) {
    if (slabs.get("parameters").sameBits(other.get("parameters"))) {
      throw new IllegalStateException("nothing was learnt: the parameters are the same as before");
    }
  }
}
