package stride.bench;

import java.lang.foreign.Arena;
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
 * {@link #gatherNStep} with rewards of three steps.
 *
 * <p>Two copies say how much of that is not the ring's doing. {@link #copy} copies the same rows of
 * slabs like the ring's, with the rows a step later for next observations, and asks nothing: not
 * whether an episode ended, nor where its last observation is. It waits for the same random places
 * of a memory of the same size, so it is what a gather is judged by: at the most twice as long.
 * {@link #copyPacked} has each transition in one piece, which is what another layout could win: it
 * waits for one place instead of five, of a memory that is almost twice as large. A copy of as many
 * bytes in a row would be no measure: a batch is never found like that.
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

  /** The same transitions and batches, to be copied. */
  @State(Scope.Benchmark)
  public static class Copying {
    /** Whose transitions they could be. */
    @Param({"CartPole-v1", "Hopper-v5"})
    public String task;

    /** Transitions. */
    @Param({"10000", "1000000"})
    public int capacity;

    private Arena arena;
    private IntSlab rows; // [BATCHES, BATCH] of the ring
    private CopiedRows copies;
    private int next; // batch

    /** Lays the transitions out, draws the same batches, and proves that they are copied. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      rows = IntSlab.allocate(arena, BATCHES, BATCH);
      try (var drawn = new DrawnMemory(Tasks.of(task).spec(), capacity)) {
        drawn.draw(N_STEP, rows);
        copies = new CopiedRows(arena, drawn, BATCH, GAMMA);
      }
      check();
    }

    /** Shows that rows have been copied. */
    @TearDown(Level.Iteration)
    public void check() {
      copies.prove(rows, advance());
    }

    /** The first row of the next batch. */
    private int advance() {
      final int first = next * BATCH;
      next = (next + 1) % BATCHES;
      return first;
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
   * The same rows from places like the ring's.
   *
   * @param state transitions
   * @param counter of rows
   */
  @Benchmark
  public void copy(Copying state, RowCounter counter) {
    state.copies.copy(state.rows, state.advance());
    counter.rows += BATCH;
  }

  /**
   * The same transitions, each in one piece.
   *
   * @param state transitions
   * @param counter of rows
   */
  @Benchmark
  public void copyPacked(Copying state, RowCounter counter) {
    state.copies.copyPacked(state.rows, state.advance());
    counter.rows += BATCH;
  }
}
