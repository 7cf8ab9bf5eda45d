package stride.optim;

import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Kernels;
import stride.nn.ParameterRange;

/**
 * The gradients of the parts that a batch is cut into. A part is a fixed range of rows: it belongs
 * to the arithmetic, not to the threads.
 *
 * <p>Each part has a slab of its own, and every member of the team adds up all of them, or its
 * share of all of them, as {@link HalvedSum} says. Slabs alternate from update to update, so that
 * one barrier each is enough for members that learn copies:
 *
 * <pre>
 *   member 0 | parts 0, 1 .. | barrier | sum, norm, step | parts 0, 1 .. | barrier | ...
 *   member 1 | parts 2, 3 .. |    of k | of update k     |    of k + 1   |
 * </pre>
 *
 * <p>Owns its memory, unless it is a range of others; closing is idempotent.
 */
public final class GradientParts implements AutoCloseable {
  private final HalvedSum sum;
  private final int mostParts;
  private final SlabBlock block; // null of a range
  private final FloatSlab[] slots; // [2 * mostParts] of [P]

  /**
   * Makes slabs for two updates.
   *
   * @param size P, the number of parameters
   * @param mostParts the most parts of an update
   * @param kernels what computes
   * @param threads members of the team
   */
  public GradientParts(long size, int mostParts, Kernels kernels, int threads) {
    this.sum = HalvedSum.of(kernels, threads);
    this.mostParts = mostParts;
    SlabPlan plan = new SlabPlan();
    for (int slot = 0; slot < 2 * mostParts; slot++) {
      plan.add("gradients" + slot, ElementType.FLOAT, size);
    }
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.slots = new FloatSlab[2 * mostParts];
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] = block.floats("gradients" + slot);
    }
  }

  private GradientParts(GradientParts whole, ParameterRange range) {
    this.sum = whole.sum;
    this.mostParts = whole.mostParts;
    this.block = null;
    this.slots = new FloatSlab[whole.slots.length];
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] = range.of(whole.slots[slot]);
    }
  }

  /** The number of the first slot of an update: its parts are in that one and those that follow. */
  public int firstSlot(long update) {
    return (int) (update & 1) * mostParts;
  }

  /**
   * The slab that a slot's gradient is to be written to.
   *
   * @param slot {@link #firstSlot} and the number of the part
   * @return [P], to be overwritten
   */
  public FloatSlab slot(int slot) {
    return slots[slot];
  }

  /**
   * Before the members meet: adds up what can be added up of a member's own parts.
   *
   * @param update its number
   * @param count parts of the update
   * @param from the member's first part
   * @param to the first part that is no longer its own
   */
  public void own(long update, int count, int from, int to) {
    sum.own(slots, firstSlot(update), count, from, to);
  }

  /** After they have met; {@code spare} is as long as the sum. */
  void sum(long update, int count, FloatSlab into, FloatSlab spare) {
    sum.all(slots, firstSlot(update), count, into, spare);
  }

  /** The same range of every slot: the same memory, for as long as that lives. */
  public GradientParts range(ParameterRange range) {
    return new GradientParts(this, range);
  }

  @Override
  public void close() {
    if (block != null) {
      block.close();
    }
  }
}
