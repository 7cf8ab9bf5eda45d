package stride.replay;

import stride.collect.ActionRows;
import stride.env.EnvSpec;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/**
 * Rows of a batch, gathered from a memory: what was seen and done, what came of it in n steps, and
 * what was seen then. One thread at a time. Closing is idempotent.
 */
public final class ReplayBatch implements AutoCloseable {
  private final SlabBlock block;
  private final int rows;
  private final FloatSlab observations; // [R, D']
  private final FloatSlab nextObservations; // [R, D']
  private final ActionRows actions; // [R, A]
  private final FloatSlab rewards; // [R]
  private final FloatSlab discounts; // [R]

  /** Makes room for so many rows. */
  public ReplayBatch(EnvSpec spec, int rows, SlabAllocator allocator) {
    final int stride = RingShape.inputStride(spec);
    this.rows = rows;
    this.block =
        new SlabPlan()
            .add("observations", ElementType.FLOAT, rows, stride)
            .add("next_observations", ElementType.FLOAT, rows, stride)
            .add("actions", RingShape.actionType(spec), rows, spec.actionSpace().elements())
            .add("rewards", ElementType.FLOAT, rows)
            .add("discounts", ElementType.FLOAT, rows)
            .allocate(allocator);
    this.observations = block.floats("observations");
    this.nextObservations = block.floats("next_observations");
    this.actions = RingShape.actions(block, spec);
    this.rewards = block.floats("rewards");
    this.discounts = block.floats("discounts");
  }

  /** R, the rows there is room for. */
  public int rows() {
    return rows;
  }

  /** What the actions answered: [R, D'], of frames [R, pixels, H] in [0, 1]. */
  public FloatSlab observations() {
    return observations;
  }

  /**
   * What was seen n steps later, or when the episode was truncated: [R, D']. Where it terminated,
   * an observation of the next episode, for which the discount is 0.
   */
  public FloatSlab nextObservations() {
    return nextObservations;
  }

  /** [R, A], or [R] of choices. */
  public ActionRows actions() {
    return actions;
  }

  /** Discounted sums of the rewards of n steps, or of those up to the episode's end: [R]. */
  public FloatSlab rewards() {
    return rewards;
  }

  /**
   * What the value of the next observation counts: [R], gamma to the number of the steps; 0 where
   * the episode terminated.
   */
  public FloatSlab discounts() {
    return discounts;
  }

  @Override
  public void close() {
    block.close();
  }
}
