package stride.replay;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import stride.env.EnvSpec;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.LongSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.options.Require;

/**
 * The episodes of a memory that have ended and have not been learnt from: their rows, environment
 * by environment and in the order of steps, and what each row's action returned to the end of its
 * episode. An episode that still goes on stays in the memory until it ends, so that long ones are
 * learnt from as well as short ones.
 *
 * <pre>
 *   environment n | learnt | ended | ended | goes on .. |
 *                          ^ first         ^ running    ^ T
 * </pre>
 *
 * <p>An episode that the simulation broke counts as ended, but nothing is learnt from it. Of other
 * memories than those of {@link #bufferSize} rows may be overwritten before they are learnt from.
 *
 * <p>Owns its memory. Changed by one thread while the others wait, but for {@link #fill}. Closing
 * is idempotent.
 */
public final class ReplayEpisodes implements AutoCloseable {
  private static final int FIRST = 0;
  private static final int RUNNING = 1;
  private static final int ROWS = 2;
  private static final int ENDED = 3;
  private static final int COUNT = 4;

  private final ReplayMemory memory;
  private final int numEnvs;
  private final FloatSlab observations; // the memory's
  private final SlabBlock block;
  private final LongSlab episodes; // [COUNT, N]
  private final IntSlab rows; // [S N], of which as many mean something as there are
  private final FloatSlab returns; // [S, N], by the memory's rows

  /** No episodes yet, of a memory without transitions whose observations are floats. */
  public ReplayEpisodes(ReplayMemory memory, SlabAllocator allocator) {
    if (!(memory.observations() instanceof FloatSlab real)) {
      throw new IllegalArgumentException("observations of " + memory.spec().id() + " are frames");
    }
    this.memory = memory;
    this.numEnvs = memory.numEnvs();
    this.observations = real;
    this.block =
        new SlabPlan()
            .add("episodes", ElementType.LONG, COUNT, numEnvs)
            .add("rows", ElementType.INT, memory.rows())
            .add("returns", ElementType.FLOAT, memory.places(), numEnvs)
            .allocate(allocator);
    this.episodes = block.longs("episodes");
    this.rows = block.ints("rows");
    this.returns = block.floats("returns");
  }

  /**
   * The transitions that a memory must keep, so that no episode is overwritten before it is learnt
   * from.
   *
   * <p>Since the last time, which no running episode began more than a limit's steps before, every
   * environment has ended an episode at least every limit's steps; so many limits pass at most
   * until there are enough, and then the steps between two looks.
   *
   * @param enough how many ended episodes are learnt from together
   * @param steps of each environment between two looks whether there are enough
   * @throws IllegalArgumentException if they are too many for a memory
   */
  public static long bufferSize(EnvSpec spec, int numEnvs, int enough, int steps) {
    final long limits = 2L + (enough - 1) / numEnvs;
    final long each = Math.addExact(limits * spec.maxEpisodeSteps(), steps);
    Require.require(
        "num_envs",
        numEnvs,
        each <= (Integer.MAX_VALUE - 2L * numEnvs) / numEnvs,
        "fewer environments or episodes_per_update, for %d steps of each in the memory"
            .formatted(each));
    return each * numEnvs;
  }

  /** Takes note of the episodes that ended in steps [from, to) of every environment. */
  public void ended(long from, long to) {
    for (long t = from; t < to; t++) {
      final int row = memory.row(t);
      for (int env = 0; env < numEnvs; env++) {
        final int end = memory.ends().get(row + env);
        if (end != 0) {
          ended(env, t, end);
        }
      }
    }
  }

  private void ended(int env, long t, int end) {
    if ((end & ReplayMemory.DIVERGED) == 0) {
      set(ROWS, env, get(ROWS, env) + t + 1 - get(RUNNING, env));
    }
    set(ENDED, env, get(ENDED, env) + 1);
    set(RUNNING, env, t + 1);
  }

  private long get(int what, int env) {
    return episodes.get((long) what * numEnvs + env);
  }

  private void set(int what, int env, long value) {
    episodes.set((long) what * numEnvs + env, value);
  }

  /** How many episodes have ended. */
  public long ended() {
    return sum(ENDED, numEnvs);
  }

  /** B, how many rows there are to learn from. */
  public int rowCount() {
    return (int) sum(ROWS, numEnvs);
  }

  private long sum(int what, int envs) {
    long sum = 0;
    for (int env = 0; env < envs; env++) {
      sum += get(what, env);
    }
    return sum;
  }

  /**
   * Finds rows and returns of some environments; other threads may do so for others.
   *
   * @param gamma discount
   * @param from the first environment
   * @param to the first environment that is another's
   */
  public void fill(double gamma, int from, int to) {
    int at = (int) sum(ROWS, from);
    for (int env = from; env < to; env++) {
      at += (int) get(ROWS, env);
      fillBackwards(gamma, env, at);
    }
  }

  /** From the last step of the last ended episode; {@code end} is the place behind it. */
  private void fillBackwards(double gamma, int env, int end) {
    final long first = get(FIRST, env);
    if (first < memory.oldest(memory.steps())) {
      throw new IllegalStateException(
          "environment %d: step %d has been overwritten".formatted(env, first));
    }
    int place = end;
    int row = memory.row(get(RUNNING, env)) + env;
    boolean diverged = false;
    double sum = 0;
    for (long t = get(RUNNING, env) - 1; t >= first; t--) {
      row = memory.previous(row);
      final int ended = memory.ends().get(row);
      if (ended != 0) {
        diverged = (ended & ReplayMemory.DIVERGED) != 0;
        sum = 0;
      }
      if (!diverged) {
        sum = memory.rewards().get(row) + gamma * sum;
        returns.set(row, (float) sum);
        rows.set(--place, row);
      }
    }
  }

  /** Forgets the episodes that have ended. */
  public void learnt() {
    for (int env = 0; env < numEnvs; env++) {
      set(FIRST, env, get(RUNNING, env));
      set(ROWS, env, 0);
      set(ENDED, env, 0);
    }
  }

  /** The memory's rows to learn from: [B], then nothing that means something. */
  public IntSlab rows() {
    return rows;
  }

  /** Discounted sums of rewards to the end of the episode: [S, N], of the rows to learn from. */
  public FloatSlab returns() {
    return returns;
  }

  /** What a bit-equal continuation needs beside the memory, live. */
  public LongSlab state() {
    return episodes;
  }

  /**
   * Copies observations.
   *
   * @param from the place in {@link #rows} of the first
   * @param to overwritten: [count, D']
   */
  public void observations(int from, int count, FloatSlab to) {
    final MemorySegment source = observations.segment();
    final MemorySegment target = to.segment();
    final long bytes = memory.rowBytes(); // a multiple of 16
    Objects.checkFromIndexSize(0, count * bytes, target.byteSize());
    for (int i = 0; i < count; i++) {
      final long row = rows.get(from + i) * bytes;
      for (long b = 0; b < bytes; b += 8) {
        target.set(JAVA_LONG, i * bytes + b, source.get(JAVA_LONG, row + b));
      }
    }
  }

  /** Copies choices to a column of them. */
  public void choices(int from, int count, IntSlab to) {
    final MemorySegment source = memory.actions().choices().segment();
    for (int i = 0; i < count; i++) {
      to.set(i, source.get(JAVA_INT, 4L * rows.get(from + i)));
    }
  }

  /**
   * Copies real actions to columns.
   *
   * @param to overwritten: [A, columnLength]
   */
  public void actions(int from, int count, FloatSlab to, int columnLength) {
    final MemorySegment source = memory.actions().real().segment();
    final int elements = memory.actions().elements();
    for (int k = 0; k < elements; k++) {
      for (int i = 0; i < count; i++) {
        final long at = (long) rows.get(from + i) * elements + k;
        to.set((long) k * columnLength + i, source.get(JAVA_FLOAT, 4 * at));
      }
    }
  }

  /** Whether actions are choices. */
  public boolean discrete() {
    return memory.actions().discrete();
  }

  @Override
  public void close() {
    block.close();
  }
}
