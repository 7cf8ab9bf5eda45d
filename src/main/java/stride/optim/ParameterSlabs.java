package stride.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.ParameterRange;

/**
 * Parameters, the moments of their optimiser, and sums of their gradients, all laid out alike. Owns
 * the memory, unless it is a range of others; closing is idempotent.
 */
final class ParameterSlabs implements AutoCloseable {
  final FloatSlab parameters; // [P]
  final FloatSlab[] moments; // of [P]
  final FloatSlab gradients; // [P], summed over parts
  final FloatSlab spare; // [P]
  private final List<String> momentNames;
  private final SlabBlock block; // null of a range

  /** Makes slabs of zeros. */
  ParameterSlabs(long size, List<String> momentNames) {
    this.momentNames = momentNames;
    SlabPlan plan = new SlabPlan().add("parameters", ElementType.FLOAT, size);
    momentNames.forEach(name -> plan.add(name, ElementType.FLOAT, size));
    this.block =
        plan.add("gradients", ElementType.FLOAT, size)
            .add("spare", ElementType.FLOAT, size)
            .allocate(SlabAllocator.PAGES);
    this.parameters = block.floats("parameters");
    this.moments = momentNames.stream().map(block::floats).toArray(FloatSlab[]::new);
    this.gradients = block.floats("gradients");
    this.spare = block.floats("spare");
  }

  private ParameterSlabs(ParameterSlabs whole, ParameterRange range) {
    this.momentNames = whole.momentNames;
    this.block = null;
    this.parameters = range.of(whole.parameters);
    this.moments = new FloatSlab[whole.moments.length];
    for (int k = 0; k < moments.length; k++) {
      moments[k] = range.of(whole.moments[k]);
    }
    this.gradients = range.of(whole.gradients);
    this.spare = range.of(whole.spare);
  }

  /** Some of them: the same memory, for as long as that lives. */
  ParameterSlabs range(ParameterRange range) {
    return new ParameterSlabs(this, range);
  }

  /** Takes over parameters and moments. */
  void copyFrom(ParameterSlabs other) {
    if (other != this) {
      parameters.copyFrom(other.parameters);
      for (int k = 0; k < moments.length; k++) {
        moments[k].copyFrom(other.moments[k]);
      }
    }
  }

  SequencedMap<String, Slab> state(LongSlab counters) {
    SequencedMap<String, FloatSlab> named = new LinkedHashMap<>();
    for (int k = 0; k < moments.length; k++) {
      named.put(momentNames.get(k), moments[k]);
    }
    return UpdateState.of(parameters, named, counters);
  }

  @Override
  public void close() {
    if (block != null) {
      block.close();
    }
  }
}
