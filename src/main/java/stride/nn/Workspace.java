package stride.nn;

import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/**
 * What one thread needs besides parameters to run an actor-critic on a chunk of rows.
 *
 * <p>Owns one page-aligned allocation, so no two threads' workspaces share a cache line. One thread
 * at a time; close it when done.
 */
public final class Workspace implements AutoCloseable {
  private final int rows;
  private final SlabBlock block;
  private final LayerOutputs trunk; // null if there is none
  private final LayerOutputs actor;
  private final LayerOutputs critic;
  private final IntSlab radiusWords; // [rows, pairs], padded to 16
  private final IntSlab angleWords; // [rows, pairs], padded to 16
  private final FloatSlab cosines; // [rows, pairs], padded to 16
  private final FloatSlab sines; // [rows, pairs], padded to 16
  private final FloatSlab scratch;

  /** Allocates for calls of so many rows at most. */
  public Workspace(PolicyLayout layout, int rows) {
    this.rows = rows;
    ActionHead head = layout.head();
    int pairs = LinearLayout.padded(Math.multiplyExact(rows, head.wordPairs()));
    SlabPlan plan = new SlabPlan();
    for (MlpLayout chain : layout.network().chains()) {
      LayerOutputs.plan(plan, chain.name(), chain, rows);
    }
    plan.add("radiusWords", ElementType.INT, pairs)
        .add("angleWords", ElementType.INT, pairs)
        .add("cosines", ElementType.FLOAT, pairs)
        .add("sines", ElementType.FLOAT, pairs)
        .add("scratch", ElementType.FLOAT, head.scratchLength(rows));
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.trunk = layout.trunk() == null ? null : outputs(layout.trunk());
    this.actor = outputs(layout.actor());
    this.critic = outputs(layout.critic());
    this.radiusWords = block.ints("radiusWords");
    this.angleWords = block.ints("angleWords");
    this.cosines = block.floats("cosines");
    this.sines = block.floats("sines");
    this.scratch = block.floats("scratch");
  }

  private LayerOutputs outputs(MlpLayout chain) {
    return new LayerOutputs(block, chain.name(), chain);
  }

  /** The most rows of a call. */
  public int rows() {
    return rows;
  }

  /** Those of the hidden layers that actor and critic share; null if they share none. */
  public LayerOutputs trunk() {
    return trunk;
  }

  public LayerOutputs actor() {
    return actor;
  }

  public LayerOutputs critic() {
    return critic;
  }

  /** Random words for radii, or for choices: [rows, head.wordPairs] and padding. */
  public IntSlab radiusWords() {
    return radiusWords;
  }

  /** Random words for angles: [rows, head.wordPairs] and padding. */
  public IntSlab angleWords() {
    return angleWords;
  }

  /** Normals for even elements of an action: [rows, head.wordPairs] and padding. */
  public FloatSlab cosines() {
    return cosines;
  }

  /** Normals for odd elements of an action: [rows, head.wordPairs] and padding. */
  public FloatSlab sines() {
    return sines;
  }

  /** Room for a head's kernels to work in: {@link ActionHead#scratchLength} floats. */
  public FloatSlab scratch() {
    return scratch;
  }

  @Override
  public void close() {
    block.close();
  }
}
