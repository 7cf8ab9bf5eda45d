package stride.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import stride.collect.ActionRows;
import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.env.ObservationType;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.random.Purpose;
import stride.random.RandomStream;
import stride.replay.ReplayBatch;
import stride.replay.ReplayMemory;
import stride.replay.RingJournal;
import stride.replay.UniformSampler;

/**
 * A replay memory filled to the last row with transitions drawn at random, and the same transitions
 * as plain rows in the order of time, which say what must be gathered.
 *
 * <p>One transition in 40 ends its episode, one in ten of these by the time limit; one in a
 * thousand has diverged. All truncated episodes of an environment end with the same observation,
 * one for each environment, so that the rows here need not know where the ring keeps them. What
 * follows the newest transitions has not been seen, and is 0.
 *
 * <p>Belongs to the thread that makes it, which closes it.
 */
final class DrawnMemory implements AutoCloseable {
  /** N. */
  static final int ENVS = 16;

  private static final long SEED = 1;
  private static final int ROWS_PER_END = 40;
  private static final int ENDS_PER_TRUNCATION = 10;
  private static final int ROWS_PER_DIVERGENCE = 1000;

  // as in the ring, where an episode of this limit has slot 0
  private static final int NEVER = Integer.MAX_VALUE;
  private static final int TERMINATED = 1;
  private static final int TRUNCATED = 2;
  private static final int DIVERGED = 4;

  private final Arena arena = Arena.ofShared();
  private final EnvSpec spec;
  private final int rows; // T N; row k here is row k + N of the ring
  private final ReplayMemory memory;
  private final Slab observations; // [T, N, D'], or [T, N, pixels]
  private final Slab lastOnes; // of truncated episodes: [N, D'], or [N, pixels]
  private final ActionRows actions; // [T, N, A]
  private final FloatSlab rewards; // [T, N]
  private final IntSlab ends; // [T, N]

  /**
   * Fills a memory.
   *
   * @param like what transitions look like
   * @param capacity transitions, a multiple of N
   */
  DrawnMemory(EnvSpec like, int capacity) {
    this.spec =
        new EnvSpec(
            like.id(),
            like.observationShape(),
            like.observationType(),
            like.actionSpace(),
            NEVER,
            like.frameSkip(),
            like.dt(),
            like.history());
    this.rows = capacity;
    this.memory = new ReplayMemory(spec, ENVS, capacity, SlabAllocator.PAGES);
    final long steps = capacity / ENVS;
    final int elements = spec.actionSpace().elements();
    final boolean discrete = spec.actionSpace() instanceof ActionSpace.Discrete;
    this.observations = observations(steps, ENVS);
    this.lastOnes = observations(ENVS);
    this.actions =
        new ActionRows(
            discrete ? null : FloatSlab.allocate(arena, steps, ENVS, elements),
            discrete ? IntSlab.allocate(arena, steps, ENVS, elements) : null,
            elements);
    this.rewards = FloatSlab.allocate(arena, steps, ENVS);
    this.ends = IntSlab.allocate(arena, steps, ENVS);
    draw();
    fill();
  }

  private Slab observations(long... counts) {
    final long[] dims = Arrays.copyOf(counts, counts.length + 1);
    dims[counts.length] = frames() ? spec.observationElements() : memory.inputStride();
    return frames() ? ByteSlab.allocate(arena, dims) : FloatSlab.allocate(arena, dims);
  }

  private boolean frames() {
    return spec.observationType() == ObservationType.U8;
  }

  private void draw() {
    final var random = new RandomStream(SEED, Purpose.BENCHMARK);
    draw(observations, random);
    draw(lastOnes, random);
    for (int row = 0; row < rows; row++) {
      rewards.set(row, uniform(random));
      if (random.nextInt(ROWS_PER_END) == 0) {
        ends.set(row, random.nextInt(ENDS_PER_TRUNCATION) == 0 ? TRUNCATED : TERMINATED);
      } else if (random.nextInt(ROWS_PER_DIVERGENCE) == 0) {
        ends.set(row, DIVERGED);
      }
    }
    for (long k = 0; k < (long) rows * actions.elements(); k++) {
      if (actions.discrete()) {
        actions.choices().set(k, random.nextInt(2));
      } else {
        actions.real().set(k, uniform(random));
      }
    }
  }

  private void draw(Slab slab, RandomStream random) {
    final int elements = spec.observationElements();
    if (slab instanceof FloatSlab floats) {
      for (long k = 0; k < floats.length(); k++) {
        floats.set(k, k % memory.inputStride() < elements ? uniform(random) : 0);
      }
    } else {
      final ByteSlab bytes = (ByteSlab) slab;
      for (long k = 0; k < bytes.length(); k++) {
        bytes.set(k, (byte) random.nextInt());
      }
    }
  }

  /** In [-1, 1). */
  private static float uniform(RandomStream random) {
    return random.nextInt() * 0x1p-31f;
  }

  /** The oldest step gets the second place of the ring, and what follows the newest the first. */
  private void fill() {
    final long steps = rows / ENVS;
    final long oldest = steps + 2;
    memory.steps(oldest + steps);
    final Map<String, Slab> all = new LinkedHashMap<>();
    all.put("observations", observations);
    all.put("actions", actions.discrete() ? actions.choices() : actions.real());
    all.put("rewards", rewards);
    all.put("ends", ends);
    all.put("terminals", terminals());
    try (var journal = new RingJournal(memory)) {
      journal.restore(oldest, all);
    }
  }

  /** The last observation of each truncated episode, in the order of time. */
  private Slab terminals() {
    int count = 0;
    for (int row = 0; row < rows; row++) {
      count += ends.get(row) == TRUNCATED ? 1 : 0;
    }
    final Slab terminals = observations(count);
    final long bytes = lastOnes.sizeBytes() / ENVS;
    long at = 0;
    for (int row = 0; row < rows; row++) {
      if (ends.get(row) == TRUNCATED) {
        final long from = row % ENVS * bytes;
        MemorySegment.copy(lastOnes.segment(), from, terminals.segment(), at, bytes);
        at += bytes;
      }
    }
    return terminals;
  }

  ReplayMemory memory() {
    return memory;
  }

  /** What transitions look like; episodes have no limit. */
  EnvSpec spec() {
    return spec;
  }

  /** T N, the transitions. */
  int rows() {
    return rows;
  }

  /** Draws rows of the ring, each as often as any other; they allow for n-step rewards. */
  void draw(int nStep, IntSlab drawn) {
    try (Arena scratch = Arena.ofConfined();
        var sampler = new UniformSampler(memory, nStep, SEED)) {
      final var weights = FloatSlab.allocate(scratch, drawn.length());
      final int count = (int) drawn.length();
      sampler.rows(memory.steps(), 0, 0, count, drawn, weights);
    }
  }

  /** The plain row of a row of the ring. */
  static int plain(int row) {
    return row - ENVS;
  }

  /** Whether a row of the ring has a transition, and that one can be learnt from. */
  boolean usable(int row) {
    return row >= ENVS && row < rows + ENVS && ends.get(plain(row)) != DIVERGED;
  }

  /** What came of a transition. */
  record Outcome(float reward, float discount, float[] seenThen) {}

  /** What was seen before a plain row's action: [D'], or [pixels][H]. */
  float[] seen(int row) {
    return frames() ? stack(row, null) : real(row);
  }

  private float[] real(int row) {
    final var floats = new float[memory.inputStride()];
    for (int d = 0; d < floats.length && row < rows; d++) {
      floats[d] = ((FloatSlab) observations).get((long) row * floats.length + d);
    }
    return floats;
  }

  /** What came of a plain row in n steps. */
  Outcome outcome(int row, int nStep, double gamma) {
    double reward = 0;
    double discount = 1;
    int at = row;
    for (int k = 0; k < nStep && (k == 0 || ends.get(at) != DIVERGED); k++) {
      reward += discount * rewards.get(at);
      discount *= gamma;
      if (ends.get(at) == TERMINATED) {
        return new Outcome((float) reward, 0, seen(at + ENVS));
      }
      if (ends.get(at) == TRUNCATED) {
        return new Outcome((float) reward, (float) discount, seenLast(at));
      }
      at += ENVS;
    }
    return new Outcome((float) reward, (float) discount, seen(at));
  }

  private float[] seenLast(int row) {
    if (frames()) {
      return stack(row, (ByteSlab) lastOnes);
    }
    final int stride = memory.inputStride();
    return Arrays.copyOfRange(
        ((FloatSlab) lastOnes).toArray(), row % ENVS * stride, (row % ENVS + 1) * stride);
  }

  /**
   * The last frames of an episode up to a row; newer than them is that of the last observations, if
   * they are given.
   */
  private float[] stack(int row, ByteSlab newest) {
    final var floats = new float[memory.inputStride()];
    int frame = row;
    int h = memory.history() - 1;
    if (newest != null) {
      unpack(newest, row % ENVS, h--, floats);
    }
    for (; h >= 0; h--) {
      unpack(frame < rows ? (ByteSlab) observations : null, frame, h, floats);
      frame = frame >= ENVS && ends.get(frame - ENVS) == 0 ? frame - ENVS : frame;
    }
    return floats;
  }

  private void unpack(ByteSlab frames, int frame, int h, float[] floats) {
    final int pixels = spec.observationElements();
    for (int pixel = 0; pixel < pixels && frames != null; pixel++) {
      final int value = frames.get((long) frame * pixels + pixel) & 0xFF;
      floats[pixel * memory.history() + h] = value / 255f;
    }
  }

  /**
   * Fails unless a batch is what rows of the ring stand for, in every bit; the next observation
   * counts where its discount is not 0.
   *
   * @param drawn rows of the ring
   * @param from the first of them that is in the batch
   * @param count rows of the batch
   */
  void requireGathered(
      IntSlab drawn, int from, int count, int nStep, double gamma, ReplayBatch batch) {
    for (int k = 0; k < count; k++) {
      final int row = plain(drawn.get(from + k));
      final Outcome wanted = outcome(row, nStep, gamma);
      final boolean same =
          batch.rewards().get(k) == wanted.reward
              && batch.discounts().get(k) == wanted.discount
              && isRow(batch.observations(), k, seen(row))
              && (wanted.discount == 0 || isRow(batch.nextObservations(), k, wanted.seenThen))
              && isAction(batch.actions(), k, row);
      if (!same) {
        throw new IllegalStateException("row " + k + " of the batch is not transition " + row);
      }
    }
  }

  private static boolean isRow(FloatSlab slab, int row, float[] wanted) {
    boolean same = true;
    for (int d = 0; d < wanted.length; d++) {
      same &= slab.get((long) row * wanted.length + d) == wanted[d];
    }
    return same;
  }

  private boolean isAction(ActionRows batch, int to, int row) {
    final int elements = actions.elements();
    boolean same = true;
    for (int a = 0; a < elements; a++) {
      final long mine = (long) row * elements + a;
      final long theirs = (long) to * elements + a;
      same &=
          actions.discrete()
              ? batch.choices().get(theirs) == actions.choices().get(mine)
              : batch.real().get(theirs) == actions.real().get(mine);
    }
    return same;
  }

  /** The actions of plain rows: [T N, A]. */
  ActionRows actions() {
    return actions;
  }

  @Override
  public void close() {
    memory.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
