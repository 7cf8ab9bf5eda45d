package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.lab.bench.Investigation;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.RunningStatistics;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * How do rows get from a rollout into minibatches: gathered by index or shuffled once, and
 * normalised at the step or at the update?
 *
 * <p>A row has 20 floats: 12 of observation, 3 of action, and what else belongs to it. {@link
 * #gathered} copies the rows of each chunk of 64 from all over the rollout; {@link #shuffled} first
 * copies the whole rollout in the epoch's order, and then chunk by chunk. {@link
 * #normalizedAtTheUpdate} gathers raw observations and normalises each chunk, ten times as often as
 * {@link #normalizedAtTheStep} does, which works on rows while they are new. All fill the same
 * chunks, which setting up proves.
 *
 * <p>The trap is a rollout that fits a cache: small ones do, large ones do not. Unit: ns per epoch.
 * How to run: {@code ./stride bench --suite MinibatchInvestigation}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
@Investigation
public class MinibatchInvestigation {
  private static final int ROW_FLOATS = 20;
  private static final int OBSERVATION = 12;
  private static final int CHUNK = 64;
  private static final int EPOCHS = 10;

  /** A rollout and an order of its rows. */
  @State(Scope.Benchmark)
  public static class Epoch {
    /** Transitions of the rollout: 0.7 MB and 42 MB. */
    @Param({"8192", "524288"})
    public int rows;

    private final Kernels kernels = Backends.kernels(Backend.CPU);
    private Arena arena;
    private MemorySegment rollout; // [rows, ROW_FLOATS]
    private MemorySegment copy; // [rows, ROW_FLOATS]
    private MemorySegment order; // [rows]
    private MemorySegment chunk; // [CHUNK, ROW_FLOATS]
    private FloatSlab observations; // [rows, OBSERVATION], raw
    private FloatSlab fresh; // [rows, OBSERVATION]
    private FloatSlab gathered; // [CHUNK, OBSERVATION]
    private RunningStatistics statistics;

    /** Draws rows and order, and proves that both ways fill the same chunks. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      FloatSlab drawn = FloatSlab.allocate(arena, rows, ROW_FLOATS);
      var random = new RandomStream(1, Purpose.BENCHMARK);
      draw(drawn, random);
      rollout = drawn.segment();
      copy = FloatSlab.allocate(arena, rows, ROW_FLOATS).segment();
      chunk = FloatSlab.allocate(arena, CHUNK, ROW_FLOATS).segment();
      order = IntSlab.allocate(arena, rows).segment();
      shuffle(random);
      observations = FloatSlab.allocate(arena, rows, OBSERVATION);
      draw(observations, random);
      fresh = FloatSlab.allocate(arena, rows, OBSERVATION);
      gathered = FloatSlab.allocate(arena, CHUNK, OBSERVATION);
      statistics = new RunningStatistics(arena, OBSERVATION, OBSERVATION);
      prove();
      QuietWarmUp.run(this::normalizedAtTheUpdate);
      QuietWarmUp.run(this::normalizedAtTheStep);
    }

    private static void draw(FloatSlab slab, RandomStream random) {
      for (long k = 0; k < slab.length(); k++) {
        slab.set(k, 4f * random.nextInt(1 << 20) / (1 << 20) - 2);
      }
    }

    private void shuffle(RandomStream random) {
      for (int i = 0; i < rows; i++) {
        order.setAtIndex(JAVA_INT, i, i);
      }
      for (int i = rows - 1; i > 0; i--) {
        int other = random.nextInt(i + 1);
        int row = order.getAtIndex(JAVA_INT, i);
        order.setAtIndex(JAVA_INT, i, order.getAtIndex(JAVA_INT, other));
        order.setAtIndex(JAVA_INT, other, row);
      }
    }

    /** The chunk that comes last is left in place by either way. */
    private void prove() {
      gathered();
      byte[] one = chunk.toArray(JAVA_BYTE);
      chunk.fill((byte) 0);
      shuffled();
      if (chunk.mismatch(MemorySegment.ofArray(one)) >= 0) {
        throw new IllegalStateException("the two ways fill different chunks");
      }
      normalizedAtTheUpdate();
      float[] late = gathered.toArray();
      normalizedAtTheStep();
      Parity.require("normalised rows", gathered.toArray(), late, 1, 0);
    }

    private void gathered() {
      for (int from = 0; from < rows; from += CHUNK) {
        take(rollout, order, from, CHUNK, ROW_FLOATS, chunk);
      }
    }

    private void shuffled() {
      take(rollout, order, 0, rows, ROW_FLOATS, copy);
      for (int from = 0; from < rows; from += CHUNK) {
        MemorySegment.copy(copy, 4L * from * ROW_FLOATS, chunk, 0, chunk.byteSize());
      }
    }

    private static void take(
        MemorySegment from, MemorySegment order, int at, int rows, int floats, MemorySegment to) {
      final int words = floats / 2;
      for (int i = 0; i < rows; i++) {
        long row = 4L * floats * order.getAtIndex(JAVA_INT, at + i);
        long out = 4L * floats * i;
        for (int k = 0; k < words; k++) {
          to.set(JAVA_LONG, out + 8L * k, from.get(JAVA_LONG, row + 8L * k));
        }
      }
    }

    private void normalizedAtTheUpdate() {
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (int from = 0; from < rows; from += CHUNK) {
          take(observations.segment(), order, from, CHUNK, OBSERVATION, gathered.segment());
          kernels.normalize(statistics, gathered, 0, CHUNK);
        }
      }
    }

    private void normalizedAtTheStep() {
      fresh.copyFrom(observations); // the simulator writes rows anew
      for (int from = 0; from < rows; from += CHUNK) {
        kernels.normalize(statistics, fresh, (long) from * OBSERVATION, CHUNK);
      }
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (int from = 0; from < rows; from += CHUNK) {
          take(fresh.segment(), order, from, CHUNK, OBSERVATION, gathered.segment());
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
   * An epoch whose chunks are gathered by index: the way Stride takes.
   *
   * @param state rows
   */
  @Benchmark
  public void gathered(Epoch state) {
    state.gathered();
  }

  /**
   * An epoch whose rows are shuffled once, then taken in order.
   *
   * @param state rows
   */
  @Benchmark
  public void shuffled(Epoch state) {
    state.shuffled();
  }

  /**
   * Ten epochs of observations that were normalised when they were new: the way Stride takes.
   *
   * @param state rows
   */
  @Benchmark
  public void normalizedAtTheStep(Epoch state) {
    state.normalizedAtTheStep();
  }

  /**
   * Ten epochs of observations that are normalised whenever they are used.
   *
   * @param state rows
   */
  @Benchmark
  public void normalizedAtTheUpdate(Epoch state) {
    state.normalizedAtTheUpdate();
  }
}
