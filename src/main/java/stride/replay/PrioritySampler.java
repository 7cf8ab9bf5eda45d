package stride.replay;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import stride.learn.SavedState;
import stride.memory.FloatSlab;
import stride.memory.FreeMemory;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.options.Require;
import stride.random.Philox;
import stride.random.Purpose;

/**
 * Draws transitions in proportion to their priorities, {@code (|td error| + 1e-6)^alpha} when they
 * were last learnt from, and weighs them by {@code probability^-beta} over the batch's largest
 * (Schaul et al., "Prioritized experience replay", 2016). New transitions have the largest priority
 * so far. Row {@code i} of a batch of B falls into the {@code i}-th of B equal shares of the sum.
 *
 * <p>What cannot be learnt from has priority 0. Threads that draw at once have a sampler each, by
 * {@link #another}; nobody may write priorities then. Closing is idempotent.
 */
public final class PrioritySampler implements Sampler {
  private static final double GB = 1e9;
  private static final int BLOCK = 64;

  private final ReplayMemory memory;
  private final int nStep;
  private final long seed;
  private final int batchSize;
  private final Priorities priorities; // of the rows of the memory

  // of a block of a batch
  private final double[] uniforms = new double[BLOCK];
  private final int[] drawn = new int[BLOCK];
  private final float[] found = new float[BLOCK]; // priorities

  /**
   * A sampler of a memory without transitions.
   *
   * @param nStep steps whose rewards make up a transition's, at least 1
   * @param batchSize B
   * @param alpha how much the errors count: from 0 for not at all to 1
   * @param beta how much of the unequal drawing the weights make up for: from 0 to 1
   * @throws IllegalArgumentException if the priorities take more memory than is free
   */
  public PrioritySampler(
      ReplayMemory memory,
      int nStep,
      long seed,
      int batchSize,
      double alpha,
      double beta,
      SlabAllocator allocator) {
    Require.require("n_step", nStep, nStep >= 1, ">= 1");
    this.memory = memory;
    this.nStep = nStep;
    this.seed = seed;
    this.batchSize = batchSize;
    requireFree(memory.rows(), SumTree.bytes(memory.rows()), FreeMemory.bytes());
    this.priorities = new Priorities(memory.rows(), batchSize, alpha, beta, allocator);
  }

  /** Throws if priorities take more bytes than there are. */
  static void requireFree(int rows, long bytes, long free) {
    if (bytes > free) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the priorities of %d transitions take %.2f GB, free are %.1f GB: make buffer_size smaller",
              rows,
              bytes / GB,
              free / GB));
    }
  }

  private PrioritySampler(PrioritySampler like) {
    this.memory = like.memory;
    this.nStep = like.nStep;
    this.seed = like.seed;
    this.batchSize = like.batchSize;
    this.priorities = like.priorities;
  }

  @Override
  public PrioritySampler another() {
    return new PrioritySampler(this);
  }

  /**
   * Gives new transitions their priority, and takes away that of those they have replaced. One
   * thread, while nobody draws.
   *
   * @param fromStep the first new step of each environment
   * @param toStep the steps that each has made by now
   */
  public void wrote(long fromStep, long toStep) {
    final int numEnvs = memory.numEnvs();
    final long oldest = memory.oldest(toStep);
    // In the place of step toStep is its observation: the transition that was there is gone. The
    // next places hold the oldest frames, which have no history.
    final long last = oldest == 0 ? toStep : toStep + memory.history() - 1;
    for (long t = Math.max(fromStep, oldest); t <= last; t++) {
      final int row = memory.row(t);
      for (int env = 0; env < numEnvs; env++) {
        priorities.dismiss(row + env);
      }
    }
    // steps before fromStep may have waited for rewards
    final long first = Math.max(memory.firstUsable(toStep), fromStep - nStep + 1);
    for (long t = first; t < toStep; t++) {
      final int row = memory.row(t);
      for (int env = 0; env < numEnvs; env++) {
        if (priorities.of(row + env) == 0 && memory.usable(row + env, toStep - t, nStep)) {
          priorities.admit(row + env);
        }
      }
    }
    sum(Math.min(first, Math.max(fromStep, oldest)), last);
  }

  /** Adds up what has changed in the places of steps [first, last]. */
  private void sum(long first, long last) {
    final int from = memory.row(first);
    final int to = memory.row(last) + memory.numEnvs();
    if (last - first >= memory.places()) {
      priorities.sum();
    } else if (from < to) {
      priorities.sum(from, to);
    } else {
      priorities.sum(from, memory.rows());
      priorities.sum(0, to);
    }
  }

  @Override
  public void rows(long steps, long update, int from, int to, IntSlab rows, FloatSlab weights) {
    Objects.checkFromToIndex(from, to, batchSize);
    if (!(priorities.total() > 0)) {
      throw new IllegalStateException("the memory has no transitions that can be learnt from");
    }
    // the whole batch, whatever is asked for: weights are shares of its largest
    float least = Float.MAX_VALUE;
    for (int first = 0; first < batchSize; first += BLOCK) {
      final int count = Math.min(BLOCK, batchSize - first);
      for (int k = 0; k < count; k++) {
        uniforms[k] = uniform(first + k, update);
      }
      priorities.draw(first, uniforms, drawn, found, count);
      for (int k = 0; k < count; k++) {
        least = Math.min(least, found[k]);
        if (first + k >= from && first + k < to) {
          rows.set(first + k, drawn[k]);
          weights.set(first + k, found[k]);
        }
      }
    }
    for (int k = from; k < to; k++) {
      weights.set(k, priorities.weight(weights.get(k), least));
    }
  }

  /** Uniform in [0, 1), with 53 random bits. */
  private double uniform(int index, long update) {
    final long words = Philox.words(seed, Purpose.SAMPLE, index, update, 0);
    return ((words & 0xFFFFFFFFL) >>> 5 << 26 | words >>> 38) * 0x1p-53;
  }

  /**
   * Sets the priorities of transitions that were learnt from; of a row that is there twice the last
   * error counts. One thread, while nobody draws.
   *
   * @param rows of the memory, as drawn
   * @param tdErrors of the rows
   * @param n rows
   * @throws stride.learn.NotFiniteException if an error is not finite
   */
  public void renew(IntSlab rows, FloatSlab tdErrors, int n) {
    priorities.renew(rows, tdErrors, n);
  }

  /** Priorities [rows of the memory, rounded up], and the largest so far [1]; live slabs. */
  public SequencedMap<String, Slab> state() {
    return priorities.state();
  }

  /**
   * Goes on from what {@link #state} gave.
   *
   * @param state may hold more, which is left to others
   * @throws IllegalArgumentException if a slab is missing or of another shape; nothing is changed
   *     then
   */
  public void restore(Map<String, Slab> state) {
    SavedState.copy(state(), state);
    priorities.sum();
  }

  @Override
  public void close() {
    priorities.close();
  }
}
