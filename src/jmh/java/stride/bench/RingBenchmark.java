package stride.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.env.Tasks;
import stride.lab.bench.AnchoredBy;
import stride.lab.bench.Quick;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.replay.ReplayBatch;
import stride.replay.ReplayGather;
import stride.results.AnchorKind;

/**
 * What does a replay memory cost: writing steps to it beside making them, and gathering a batch
 * from it beside copying the same bytes?
 *
 * <p>{@link #write} makes steps of 16 environments whose results go straight to the ring; {@link
 * #step} makes the very same steps into slabs of one step, which the next one overwrites. What lies
 * between them is what writing costs. {@link #gather} collects 128 transitions drawn uniformly,
 * {@link #gatherNStep} with rewards of three steps. {@link #copy} copies the same 128 transitions
 * from rows that have observation, next observation, action, reward and discount in one piece: the
 * least that a batch of random rows can cost, of a memory that is almost twice as large.
 *
 * <p>The trap is to go back to one place of the ring, or to one batch: either is then in a cache,
 * however large the memory. Here environments go back to their warmed states, but the ring goes on;
 * and thousands of batches are gathered in turn. Another trap is a memory in which no episode ends:
 * here one transition in 40 does, by termination or truncation. Setting up proves that the ring's
 * steps are those of the slabs, and that each batch is what the rows stand for, bit by bit.
 *
 * <p>Unit: calls/s; {@code envSteps} is env steps/s of the first two, {@code rows} rows/s of the
 * others. One thread. How to run: {@code ./stride bench --suite RingBenchmark}; {@code --quick} has
 * Hopper-v5 and a million transitions.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick({"task=Hopper-v5", "capacity=1000000"})
@AnchoredBy(AnchorKind.COPIES)
public class RingBenchmark {
  private static final int BATCH = 128;
  private static final int BATCHES = 4096;
  private static final int N_STEP = 3;
  private static final double GAMMA = 0.99;

  /** Environments that write to the ring. */
  @State(Scope.Benchmark)
  public static class Writing {
    /** What is simulated. */
    @Param({"CartPole-v1", "Hopper-v5"})
    public String task;

    /** Transitions that the memory keeps. */
    @Param({"10000", "1000000"})
    public int capacity;

    private RingWriter writer;

    /** Makes and warms the environments, and proves their steps by those of a shard. */
    @Setup
    public void open() {
      writer = new RingWriter(Tasks.of(task), DrawnMemory.ENVS, capacity);
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      writer.close();
    }
  }

  /** The same environments without a memory. */
  @State(Scope.Benchmark)
  public static class Stepping {
    /** What is simulated. */
    @Param({"CartPole-v1", "Hopper-v5"})
    public String task;

    private SteppedShard shard;

    /** Makes the environments, and proves that they do the physics they should. */
    @Setup
    public void open() {
      shard = new SteppedShard(Tasks.of(task), DrawnMemory.ENVS);
      shard.prove();
      QuietWarmUp.run(shard::run);
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      shard.close();
    }
  }

  /** A full memory, and batches to be gathered from it. */
  @State(Scope.Benchmark)
  public static class Gathering {
    /** Whose transitions they could be. */
    @Param({"CartPole-v1", "Hopper-v5"})
    public String task;

    /** Transitions that the memory keeps. */
    @Param({"10000", "1000000"})
    public int capacity;

    private Arena arena;
    private DrawnMemory drawn;
    private IntSlab rows; // [BATCHES, BATCH] of the ring
    private ReplayBatch batch;
    private ReplayGather single;
    private ReplayGather several;
    private int next; // batch

    /** Draws transitions and batches, and proves what is gathered. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      drawn = new DrawnMemory(Tasks.of(task).spec(), capacity);
      rows = IntSlab.allocate(arena, BATCHES, BATCH);
      drawn.draw(N_STEP, rows);
      batch = new ReplayBatch(drawn.spec(), BATCH, SlabAllocator.PAGES);
      single = new ReplayGather(drawn.memory(), 1, GAMMA);
      several = new ReplayGather(drawn.memory(), N_STEP, GAMMA);
      for (int k = 0; k < BATCHES; k++) {
        check();
      }
    }

    /** Gathers the next batch in both ways, and compares it with the rows it should be. */
    @TearDown(Level.Iteration)
    public void check() {
      final int k = next;
      gather(single);
      drawn.requireGathered(rows, k * BATCH, BATCH, 1, GAMMA, batch);
      next = k;
      gather(several);
      drawn.requireGathered(rows, k * BATCH, BATCH, N_STEP, GAMMA, batch);
    }

    private void gather(ReplayGather gather) {
      final int from = next * BATCH;
      gather.rows(rows, from, from + BATCH, batch);
      next = (next + 1) % BATCHES;
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      batch.close();
      drawn.close();
      arena.close();
    }
  }

  /** The same transitions in one piece each, and the same batches. */
  @State(Scope.Benchmark)
  public static class Copying {
    // at the most 8 bytes more than the numbers take: rows are copied in words of 8 bytes
    private static final int ALIGNMENT = 2;

    /** Whose transitions they could be. */
    @Param({"CartPole-v1", "Hopper-v5"})
    public String task;

    /** Transitions. */
    @Param({"10000", "1000000"})
    public int capacity;

    private Arena arena;
    private IntSlab rows; // [BATCHES, BATCH]
    private MemorySegment whole; // [capacity, floats]
    private MemorySegment batch; // [BATCH, floats]
    private long rowBytes;
    private int next; // batch

    /** Lays the transitions out, and draws the same batches. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      rows = IntSlab.allocate(arena, BATCHES, BATCH);
      try (var drawn = new DrawnMemory(Tasks.of(task).spec(), capacity)) {
        drawn.draw(N_STEP, rows);
        int elements = drawn.spec().actionSpace().elements();
        int floats = 2 * drawn.memory().inputStride() + elements + 2;
        floats = Math.ceilDiv(floats, ALIGNMENT) * ALIGNMENT;
        var slab = FloatSlab.allocate(arena, capacity, floats);
        for (int row = 0; row < capacity; row++) {
          write(drawn, row, slab, (long) row * floats);
        }
        whole = slab.segment();
        batch = FloatSlab.allocate(arena, BATCH, floats).segment();
        rowBytes = (long) floats * Float.BYTES;
      }
    }

    private static void write(DrawnMemory drawn, int row, FloatSlab slab, long start) {
      long at = start;
      DrawnMemory.Outcome outcome = drawn.outcome(row, 1, GAMMA);
      for (float number : drawn.seen(row)) {
        slab.set(at++, number);
      }
      for (float number : outcome.seenThen()) {
        slab.set(at++, number);
      }
      slab.set(at++, outcome.reward());
      slab.set(at++, outcome.discount());
      final int elements = drawn.actions().elements();
      for (int a = 0; a < elements; a++) {
        final long action = (long) row * elements + a;
        slab.set(
            at++,
            drawn.actions().discrete()
                ? drawn.actions().choices().get(action)
                : drawn.actions().real().get(action));
      }
    }

    private void copy() {
      final MemorySegment from = whole;
      final MemorySegment to = batch;
      final int first = next * BATCH;
      for (int k = 0; k < BATCH; k++) {
        final long row = DrawnMemory.plain(rows.get(first + k));
        ShortRows.copy(from, row * rowBytes, to, k * rowBytes, rowBytes);
      }
      next = (next + 1) % BATCHES;
    }

    /** Shows that rows have been copied. */
    @TearDown(Level.Iteration)
    public void check() {
      final int last = next * BATCH;
      copy();
      for (int k = 0; k < BATCH; k++) {
        final long row = DrawnMemory.plain(rows.get(last + k)) * rowBytes;
        final long to = k * rowBytes;
        if (MemorySegment.mismatch(whole, row, row + rowBytes, batch, to, to + rowBytes) >= 0) {
          throw new IllegalStateException("row " + k + " was not copied");
        }
      }
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      arena.close();
    }
  }

  /**
   * Steps whose results go to the ring.
   *
   * @param state environments
   * @param counter of their steps
   */
  @Benchmark
  public void write(Writing state, StepCounter counter) {
    counter.episodes += state.writer.run();
    counter.envSteps += state.writer.envSteps();
  }

  /**
   * The same steps, whose results the next step overwrites.
   *
   * @param state environments
   * @param counter of their steps
   */
  @Benchmark
  public void step(Stepping state, StepCounter counter) {
    counter.episodes += state.shard.run();
    counter.envSteps += (long) state.shard.steps() * state.shard.envs();
  }

  /**
   * A batch.
   *
   * @param state a memory
   * @param counter of rows
   */
  @Benchmark
  public void gather(Gathering state, RowCounter counter) {
    state.gather(state.single);
    counter.rows += BATCH;
  }

  /**
   * A batch with rewards of three steps.
   *
   * @param state a memory
   * @param counter of rows
   */
  @Benchmark
  public void gatherNStep(Gathering state, RowCounter counter) {
    state.gather(state.several);
    counter.rows += BATCH;
  }

  /**
   * The same bytes, a transition in one piece each.
   *
   * @param state transitions
   * @param counter of rows
   */
  @Benchmark
  public void copy(Copying state, RowCounter counter) {
    state.copy();
    counter.rows += BATCH;
  }
}
