package stride.bench;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.env.ObservationType;
import stride.lab.bench.Investigation;
import stride.memory.IntSlab;
import stride.memory.Shape;
import stride.memory.SlabAllocator;
import stride.replay.FrameBytes;
import stride.replay.ReplayBatch;
import stride.replay.ReplayGather;

/**
 * How should a replay memory keep observations of the last four frames: as stacks of floats, as
 * stacks of bytes, or each frame once, a byte a pixel?
 *
 * <p>Frames have 32 x 32 pixels. {@link #floatStacks} copies stacks of floats, which a transition
 * has two of; {@link #byteStacks} turns stacks of bytes into floats; {@link #framesOnce} also puts
 * the stacks together, from frames that are in the memory once, which is where each episode's first
 * frame is repeated. All fill the same batches of 32, bit by bit, which setting up proves.
 *
 * <p>50 000 transitions take 1.64 GB as stacks of floats, 410 MB as stacks of bytes, and 52 MB with
 * each frame once; frames of 84 x 84 once take 353 MB. Whole pictures of 160 x 210 in four channels
 * as floats, both observations of a transition, would take 53.8 GB.
 *
 * <p>The trap is a memory so small that all forms of it lie in a cache: here there are 4096
 * transitions, 134 MB of floats. Unit: ns per batch; {@code bytesPerTransition} is what the form
 * takes. How to run: {@code ./stride bench --suite StacksInvestigation}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
@Investigation
public class StacksInvestigation {
  private static final int SIDE = 32; // pixels
  private static final int HISTORY = 4;
  private static final int CAPACITY = 4096;
  private static final int BATCH = 32;
  private static final int BATCHES = 256;
  private static final int PROVED = 16;
  private static final double GAMMA = 0.99;

  /** Transitions in all forms. */
  @State(Scope.Benchmark)
  public static class Transitions {
    private Arena arena;
    private DrawnMemory drawn;
    private ReplayGather once;
    private StackedFrames stacked;
    private IntSlab rows; // [BATCHES, BATCH] of the ring
    private ReplayBatch batch;
    private int next; // batch

    /** Draws transitions and batches, and proves that all forms give the same. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      drawn = new DrawnMemory(frames(), CAPACITY);
      once = new ReplayGather(drawn.memory(), 1, GAMMA);
      stacked = new StackedFrames(arena, drawn, GAMMA);
      rows = IntSlab.allocate(arena, BATCHES, BATCH);
      drawn.draw(1, rows);
      batch = new ReplayBatch(drawn.spec(), BATCH, SlabAllocator.PAGES);
      for (int k = 0; k < PROVED; k++) {
        prove(k, this::framesOnce);
        prove(k, this::floatStacks);
        prove(k, this::byteStacks);
      }
    }

    private static EnvSpec frames() {
      return new EnvSpec(
          "Frames",
          Shape.of(SIDE, SIDE),
          ObservationType.U8,
          new ActionSpace.Discrete(2),
          /* maxEpisodeSteps= */ 1,
          /* frameSkip= */ 1,
          /* dt= */ 1,
          HISTORY);
    }

    private void prove(int k, Runnable form) {
      batch.observations().clear();
      batch.nextObservations().clear();
      next = k;
      form.run();
      drawn.requireGathered(rows, k * BATCH, BATCH, 1, GAMMA, batch);
    }

    private int advance() {
      final int from = next * BATCH;
      next = (next + 1) % BATCHES;
      return from;
    }

    private void framesOnce() {
      final int from = advance();
      once.rows(rows, from, from + BATCH, batch);
    }

    private void floatStacks() {
      stacked.gatherFloats(rows, advance(), BATCH, batch);
    }

    private void byteStacks() {
      stacked.gatherBytes(rows, advance(), BATCH, batch);
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      batch.close();
      drawn.close();
      arena.close();
    }
  }

  /**
   * A batch from frames that are stored once: the way Stride takes.
   *
   * @param state transitions
   * @param size takes the bytes of a transition
   */
  @Benchmark
  public void framesOnce(Transitions state, BytesCounter size) {
    state.framesOnce();
    size.bytesPerTransition = FrameBytes.once(1, SIDE * SIDE);
  }

  /**
   * A batch from stacks of floats.
   *
   * @param state transitions
   * @param size takes the bytes of a transition
   */
  @Benchmark
  public void floatStacks(Transitions state, BytesCounter size) {
    state.floatStacks();
    size.bytesPerTransition = state.stacked.bytesAsFloats();
  }

  /**
   * A batch from stacks of bytes.
   *
   * @param state transitions
   * @param size takes the bytes of a transition
   */
  @Benchmark
  public void byteStacks(Transitions state, BytesCounter size) {
    state.byteStacks();
    size.bytesPerTransition = state.stacked.bytesAsBytes();
  }
}
