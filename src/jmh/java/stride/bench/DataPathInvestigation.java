package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
import stride.lab.bench.Investigation;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * What does the way of an observation cost, from MuJoCo's doubles to the floats a network reads?
 *
 * <p>64 rows of 12 doubles become rows of floats, as in a step of hoppers: straight from slab to
 * slab; by way of heap arrays that are kept; by way of heap arrays that are new in every step; and
 * by a slab of doubles that is narrowed only where the network reads it. All end in the same
 * floats, which setting up proves.
 *
 * <p>The trap: C2 may do without an array that nobody sees. The arrays here are kept in a field, as
 * those of a step's result are. Unit: ns per step of all 64. How to run: {@code ./stride bench
 * --suite DataPathInvestigation}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
@Investigation
public class DataPathInvestigation {
  private static final int ROWS = 64;
  private static final int ELEMENTS = 12;

  /** Rows of observations in all the forms. */
  @State(Scope.Benchmark)
  public static class Rows {
    private Arena arena;
    private MemorySegment states; // doubles [ROWS, ELEMENTS]
    private MemorySegment wide; // doubles [ROWS, ELEMENTS]
    private MemorySegment observations; // floats [ROWS, ELEMENTS]
    private final double[][] keptDoubles = new double[ROWS][ELEMENTS];
    private final float[][] keptFloats = new float[ROWS][ELEMENTS];
    private double[][] newDoubles;
    private float[][] newFloats;

    /** Draws the rows, and proves that all ways lead to the same floats. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      DoubleSlab drawn = DoubleSlab.allocate(arena, ROWS, ELEMENTS);
      var random = new RandomStream(1, Purpose.BENCHMARK);
      for (long k = 0; k < drawn.length(); k++) {
        drawn.set(k, random.nextGaussian());
      }
      states = drawn.segment();
      wide = DoubleSlab.allocate(arena, ROWS, ELEMENTS).segment();
      observations = FloatSlab.allocate(arena, ROWS, ELEMENTS).segment();
      slabs();
      float[] expected = observations.toArray(JAVA_FLOAT);
      requireSame("kept arrays", expected, this::keptArrays);
      requireSame("new arrays", expected, this::newArrays);
      requireSame("doubles", expected, this::doubles);
    }

    private void requireSame(String what, float[] expected, Runnable way) {
      observations.fill((byte) 0);
      way.run();
      Parity.require(what, observations.toArray(JAVA_FLOAT), expected, 1, 0);
    }

    private void slabs() {
      for (long k = 0; k < ROWS * ELEMENTS; k++) {
        observations.set(JAVA_FLOAT, 4 * k, (float) states.get(JAVA_DOUBLE, 8 * k));
      }
    }

    private void keptArrays() {
      throughArrays(keptDoubles, keptFloats);
    }

    private void newArrays() {
      newDoubles = new double[ROWS][ELEMENTS];
      newFloats = new float[ROWS][ELEMENTS];
      throughArrays(newDoubles, newFloats);
    }

    private void throughArrays(double[][] doubles, float[][] floats) {
      for (int r = 0; r < ROWS; r++) {
        MemorySegment.copy(states, JAVA_DOUBLE, 8L * r * ELEMENTS, doubles[r], 0, ELEMENTS);
        for (int k = 0; k < ELEMENTS; k++) {
          floats[r][k] = (float) doubles[r][k];
        }
        MemorySegment.copy(floats[r], 0, observations, JAVA_FLOAT, 4L * r * ELEMENTS, ELEMENTS);
      }
    }

    private void doubles() {
      MemorySegment.copy(states, 0, wide, 0, wide.byteSize());
      for (long k = 0; k < ROWS * ELEMENTS; k++) {
        observations.set(JAVA_FLOAT, 4 * k, (float) wide.get(JAVA_DOUBLE, 8 * k));
      }
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      arena.close();
    }
  }

  /**
   * From slab to slab: the way Stride takes.
   *
   * @param state rows
   */
  @Benchmark
  public void slabs(Rows state) {
    state.slabs();
  }

  /**
   * By heap arrays that are kept.
   *
   * @param state rows
   */
  @Benchmark
  public void keptArrays(Rows state) {
    state.keptArrays();
  }

  /**
   * By heap arrays that are new in every step.
   *
   * @param state rows
   */
  @Benchmark
  public void newArrays(Rows state) {
    state.newArrays();
  }

  /**
   * By a slab of doubles.
   *
   * @param state rows
   */
  @Benchmark
  public void doubles(Rows state) {
    state.doubles();
  }
}
