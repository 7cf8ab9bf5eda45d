package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

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
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Should observations that hold the last H frames be stored stacked, or each frame once?
 *
 * <p>64 environments do 128 steps, and ten epochs then gather all rows in random order. {@link
 * #stacked} writes H frames at each step, all but one of them copied from the step before; {@link
 * #once} writes one, and puts the frames together when a row is gathered. With H = 1 they are the
 * same. Episodes do not end here: both would repeat the first frame.
 *
 * <p>Both fill the same rows, which setting up proves. The trap is to look at the steps alone or at
 * the gathering alone: what one saves the other pays ten times. Unit: ns per rollout and its ten
 * epochs. How to run: {@code ./stride bench --suite HistoryInvestigation}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
@Investigation
public class HistoryInvestigation {
  private static final int ENVS = 64;
  private static final int STEPS = 128;
  private static final int FRAME = 12; // floats
  private static final int CHUNK = 64;
  private static final int EPOCHS = 10;
  private static final int MOST = 4;

  /** Frames, in both forms. */
  @State(Scope.Benchmark)
  public static class Frames {
    /** H, frames of an observation. */
    @Param({"1", "2", "4"})
    public int history;

    private Arena arena;
    private MemorySegment source; // [MOST - 1 + STEPS, ENVS, FRAME]
    private MemorySegment frames; // the same, as a rollout stores it
    private MemorySegment stacks; // [1 + STEPS, ENVS, H, FRAME], newest frame last
    private MemorySegment order; // [STEPS * ENVS]
    private MemorySegment chunk; // [CHUNK, H, FRAME]

    /** Draws the frames, and proves that both ways fill the same chunks. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      FloatSlab drawn = FloatSlab.allocate(arena, MOST - 1 + STEPS, ENVS, FRAME);
      var random = new RandomStream(1, Purpose.BENCHMARK);
      for (long k = 0; k < drawn.length(); k++) {
        drawn.set(k, (float) random.nextGaussian());
      }
      source = drawn.segment();
      frames = FloatSlab.allocate(arena, MOST - 1 + STEPS, ENVS, FRAME).segment();
      stacks = FloatSlab.allocate(arena, 1 + STEPS, ENVS, history, FRAME).segment();
      chunk = FloatSlab.allocate(arena, CHUNK, history, FRAME).segment();
      IntSlab rows = IntSlab.allocate(arena, STEPS * ENVS);
      for (int i = 0; i < STEPS * ENVS; i++) {
        int other = random.nextInt(i + 1);
        rows.set(i, rows.get(other));
        rows.set(other, i);
      }
      order = rows.segment();
      first();
      prove();
    }

    /** What was seen before the rollout. */
    private void first() {
      MemorySegment.copy(source, 0, frames, 0, (MOST - 1) * frameBytes());
      for (int n = 0; n < ENVS; n++) {
        for (int h = 1; h < history; h++) {
          long from = (MOST - 1 - history + h) * frameBytes() + n * rowBytes();
          MemorySegment.copy(
              source, from, stacks, (n * (long) history + h) * rowBytes(), rowBytes());
        }
      }
    }

    private void prove() {
      stacked();
      byte[] one = chunk.toArray(JAVA_BYTE);
      chunk.fill((byte) 0);
      once();
      if (chunk.mismatch(MemorySegment.ofArray(one)) >= 0) {
        throw new IllegalStateException("the two ways fill different chunks");
      }
    }

    private static long rowBytes() {
      return 4L * FRAME;
    }

    private static long frameBytes() {
      return ENVS * rowBytes();
    }

    private void stacked() {
      final long stack = history * rowBytes();
      for (int t = 1; t <= STEPS; t++) {
        for (int n = 0; n < ENVS; n++) {
          long to = ((long) t * ENVS + n) * stack;
          long before = to - ENVS * stack;
          ShortRows.copy(stacks, before + rowBytes(), stacks, to, stack - rowBytes());
          long from = (MOST - 2 + t) * frameBytes() + n * rowBytes();
          ShortRows.copy(source, from, stacks, to + stack - rowBytes(), rowBytes());
        }
      }
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (int i = 0; i < STEPS * ENVS; i++) {
          long from = (order.getAtIndex(JAVA_INT, i) + (long) ENVS) * stack;
          ShortRows.copy(stacks, from, chunk, i % CHUNK * stack, stack);
        }
      }
    }

    private void once() {
      for (int t = 0; t < STEPS; t++) {
        long at = (MOST - 1 + t) * frameBytes();
        ShortRows.copy(source, at, frames, at, frameBytes());
      }
      final long stack = history * rowBytes();
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (int i = 0; i < STEPS * ENVS; i++) {
          long newest = (MOST - 1) * frameBytes() + order.getAtIndex(JAVA_INT, i) * rowBytes();
          long to = i % CHUNK * stack;
          for (int h = 0; h < history; h++) {
            long from = newest - (history - 1 - h) * frameBytes();
            ShortRows.copy(frames, from, chunk, to + h * rowBytes(), rowBytes());
          }
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
   * Every frame is stored once.
   *
   * @param state frames
   */
  @Benchmark
  public void once(Frames state) {
    state.once();
  }

  /**
   * Every observation is stored whole.
   *
   * @param state frames
   */
  @Benchmark
  public void stacked(Frames state) {
    state.stacked();
  }
}
