package stride.replay;

import java.util.Locale;
import stride.collect.ActionRows;
import stride.env.EnvSpec;
import stride.memory.FloatSlab;
import stride.memory.FreeMemory;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/**
 * The last transitions of N environments: a ring of S steps in one page-aligned allocation.
 *
 * <pre>
 *   place t mod S    0       1       2           S - 1
 *   observations | N x D' | N x D' | ...      | N x D' |   what the action of step t answered
 *   actions      | N x A  | N x A  | ...
 *   rewards      | N      | N      | ...
 *   ends         | N      | N      | ...                   0: goes on, 1: terminated, 4: diverged,
 *                                                          2 + 8 slot: truncated
 *   terminals    [N, K, D']                                observations after truncations
 * </pre>
 *
 * <p>T steps of each environment have been made. The observation of step T is written, its action
 * is not, so that S - 1 steps can be learnt from. {@code D'} is D rounded up to a multiple of 4,
 * padding 0. Of frames each is stored once, a byte a pixel, instead of D' floats; an observation is
 * the last H of them, so that the oldest H - 1 steps cannot be learnt from ({@link FrameHistory}).
 *
 * <p>The observation after step t is that of step t + 1, but for truncated episodes, whose last
 * observation no other row holds. As an episode is truncated after a fixed number of steps, the
 * slot of step t, {@code t / limit mod K}, is free whenever it is written.
 *
 * <p>Environments are written by the threads that step them, each its own columns; {@link
 * #steps(long)} is set by one thread between barriers. Closing is idempotent.
 */
public final class ReplayMemory implements AutoCloseable {
  /** In {@link #ends}: the task ended the episode. */
  static final int TERMINATED = 1;

  /** In {@link #ends}: the time limit ended it, and the slot of its last observation is above. */
  static final int TRUNCATED = 2;

  /** In {@link #ends}: the simulation broke, and nothing is to be learnt from the transition. */
  static final int DIVERGED = 4;

  /** Bits below the slot. */
  static final int SLOT = 3;

  private static final double GB = 1e9;

  private final RingShape shape;
  private final int numEnvs;
  private final int places; // S
  private final int inputStride; // D'
  private final long rowBytes;
  private final SlabBlock block;
  private final Slab observations; // [S, N, D'] of floats, or [S, N, pixels] of bytes
  private final ActionRows actions; // [S, N, A]
  private final FloatSlab rewards; // [S, N]
  private final IntSlab ends; // [S, N]
  private final Slab terminals; // [N, K, D'] or [N, K, pixels]
  private long steps; // T

  /**
   * Makes a memory without transitions.
   *
   * @param bufferSize transitions to be kept, of all environments together; rounded up to whole
   *     steps
   * @throws IllegalArgumentException if a number is out of range, or takes more memory than is free
   */
  public ReplayMemory(EnvSpec spec, int numEnvs, long bufferSize, SlabAllocator allocator) {
    this.shape = RingShape.of(spec, numEnvs, bufferSize);
    final SlabPlan plan = shape.plan();
    requireFree("buffer_size", bufferSize, plan.sizeBytes(), FreeMemory.bytes());
    this.numEnvs = numEnvs;
    this.places = shape.places();
    this.block = plan.allocate(allocator);
    this.observations = stored("observations");
    this.inputStride = shape.inputStride();
    this.rowBytes = observations.sizeBytes() / shape.rows();
    this.actions = RingShape.actions(block, spec);
    this.rewards = block.floats("rewards");
    this.ends = block.ints("ends");
    this.terminals = stored("terminals");
    markStart();
  }

  /**
   * Before step 0 there is nothing: its frames do not follow what is not yet in the last place. Not
   * for a ring that is full.
   */
  void markStart() {
    for (int env = 0; env < numEnvs; env++) {
      ends.set(row(places - 1L) + env, DIVERGED);
    }
  }

  private Slab stored(String name) {
    return shape.frames() ? block.bytes(name) : block.floats(name);
  }

  /**
   * Throws if a memory takes more bytes than there are.
   *
   * @param option that it takes them for
   * @param value of the option
   */
  public static void requireFree(String option, long value, long bytes, long free) {
    if (bytes > free) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s=%d takes %.2f GB, free are %.1f GB",
              option,
              value,
              bytes / GB,
              free / GB));
    }
  }

  /** Bytes that a memory takes. */
  public static long bytes(EnvSpec spec, int numEnvs, long bufferSize) {
    return RingShape.of(spec, numEnvs, bufferSize).plan().sizeBytes();
  }

  /**
   * Checks that a memory can fill a batch.
   *
   * @param nStep steps whose rewards make up a transition's
   * @throws IllegalArgumentException if it is too small
   */
  public static void requireRoom(int numEnvs, long bufferSize, int batchSize, int nStep) {
    RingShape.requireRange(numEnvs, bufferSize);
    final long least = Math.max(batchSize, (long) numEnvs * nStep);
    if (bufferSize < least) {
      throw new IllegalArgumentException(
          "buffer_size=%d, required: >= %d, for batch_size=%d, n_step=%d, num_envs=%d"
              .formatted(bufferSize, least, batchSize, nStep, numEnvs));
    }
  }

  /** What the environments look like. */
  public EnvSpec spec() {
    return shape.spec();
  }

  public int numEnvs() {
    return numEnvs;
  }

  /** D', floats of a row of observations as a batch has them. */
  public int inputStride() {
    return inputStride;
  }

  /** Elements of a row as it is stored: D', or the pixels of a frame. */
  int storedElements() {
    return shape.storedElements();
  }

  /** H, the frames that make up an observation; 1 where it is floats. */
  public int history() {
    return shape.history();
  }

  /** T, the steps that each environment has made. */
  public long steps() {
    return steps;
  }

  /** Sets T once the steps up to it have been written. */
  public void steps(long t) {
    steps = t;
  }

  /** The transitions that are kept at most. */
  public long capacity() {
    return Math.max(0, places - shape.history()) * (long) numEnvs;
  }

  /** The first step that is kept after so many. */
  long oldest(long stepsMade) {
    return Math.max(0, stepsMade - places + 1);
  }

  /** The first step that can be learnt from after so many: its history is kept. */
  long firstUsable(long stepsMade) {
    final long oldest = oldest(stepsMade);
    // nothing came before step 0, so that nothing of its history can be lost
    return oldest == 0 ? 0 : Math.min(stepsMade, oldest + shape.history() - 1);
  }

  /**
   * The transitions whose n-step reward is known for certain after so many steps; diverged ones,
   * which are never drawn, are among them. Of the newest n - 1 steps only those can be drawn whose
   * episode has ended.
   */
  public long usable(long stepsMade, int nStep) {
    return Math.max(0, stepsMade - firstUsable(stepsMade) - nStep + 1) * numEnvs;
  }

  /**
   * Whether a transition can be learnt from: it did not diverge, and its n-step reward is known.
   *
   * @param row its row, of a step from {@link #firstUsable} on
   * @param after steps made since, its own included, at least 1
   */
  boolean usable(int row, long after, int nStep) {
    final int end = ends.get(row);
    if ((end & DIVERGED) != 0) {
      return false;
    }
    if (end != 0 || after >= nStep) {
      return true;
    }
    int next = row;
    for (long k = 1; k < after; k++) {
      next = next(next);
      if (ends.get(next) != 0) {
        return true;
      }
    }
    return false;
  }

  /** S, the steps that there is room for. */
  int places() {
    return places;
  }

  /** S N, the rows of the slabs. */
  int rows() {
    return shape.rows();
  }

  /** The row of environment 0 at a step. */
  int row(long t) {
    return (int) (t % places) * numEnvs;
  }

  /** The row of the same environment a step later. */
  int next(int row) {
    final int next = row - (places - 1) * numEnvs;
    return next >= 0 ? next : row + numEnvs;
  }

  /** The row of the same environment a step before. */
  int previous(int row) {
    return row >= numEnvs ? row - numEnvs : row + (places - 1) * numEnvs;
  }

  /** The row that a number is, which may be beyond the last, from where it goes on at the first. */
  int wrapped(long number) {
    return (int) (number < rows() ? number : number - rows());
  }

  /** The slot of an episode that is truncated at a step. */
  int slot(long t) {
    return (int) (t / spec().maxEpisodeSteps() % shape.terminalsPerEnv());
  }

  /** The row of {@link #terminals} for the end of a truncated transition. */
  int terminalRow(int row, int end) {
    return row % numEnvs * shape.terminalsPerEnv() + (end >>> SLOT);
  }

  /** What actions answered: [S, N, D'] of floats, or [S, N, pixels] of bytes. */
  Slab observations() {
    return observations;
  }

  /** Bytes of a row of {@link #observations} and {@link #terminals}. */
  long rowBytes() {
    return rowBytes;
  }

  /** [S, N, A], or [S, N] of choices. */
  ActionRows actions() {
    return actions;
  }

  /** [S, N], as learnt from. */
  FloatSlab rewards() {
    return rewards;
  }

  /** How each step ended: [S, N]. */
  IntSlab ends() {
    return ends;
  }

  /** Observations after truncations: [N, K, D'] of floats, or [N, K, pixels] of bytes. */
  Slab terminals() {
    return terminals;
  }

  @Override
  public void close() {
    block.close();
  }
}
