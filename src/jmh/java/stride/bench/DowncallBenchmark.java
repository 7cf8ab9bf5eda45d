package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
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
import stride.lab.bench.Quick;
import stride.memory.DoubleSlab;
import stride.mujoco.Model;
import stride.mujoco.Mujoco;
import stride.mujoco.SimulationBatch;
import stride.mujoco.StateRows;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * What does a call into libmujoco cost, against what is called?
 *
 * <p>From nothing to everything: {@link #readRow} needs no call, since rows are live memory; {@link
 * #versionNumber} calls and does nothing; {@link #emptyBatch} steps worlds in which nothing is, so
 * that what remains is the batch's own work; {@link #physicsBatch} does one physics step of
 * hoppers, of which an env step has four.
 *
 * <p>The trap is to time the empty call alone and to fear it, or the whole step alone and to
 * overlook it. The other one is a batch that steps on and on: a hopper that lies on the ground
 * costs less than one that lands, so every step here is from the same states.
 *
 * <p>Unit: ns per call, whatever the number of simulations. How to run: {@code ./stride bench
 * --suite DowncallBenchmark}; {@code --quick} has one number of simulations.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick("simulations=64")
public class DowncallBenchmark {
  private static final long SEED = 1;
  private static final int WARM_STEPS = 200; // 0.4 s without controls: no longer at rest
  private static final double NOISE = 0.005; // m, rad: Hopper's own

  /** One simulation's row. */
  @State(Scope.Benchmark)
  public static class Row {
    private SimulationBatch batch;
    private MemorySegment row; // [stateSize]

    /** Makes the simulation. */
    @Setup
    public void open() {
      batch = hoppers(1);
      row = batch.rows().segment();
    }

    /** Frees it. */
    @TearDown
    public void close() {
      batch.close();
    }
  }

  /** Worlds without bodies, stepped by one call: their state is the time. */
  @State(Scope.Benchmark)
  public static class Worlds {
    /** How many simulations a call steps. */
    @Param({"1", "64"})
    public int simulations;

    private SimulationBatch batch;

    /**
     * Makes the worlds.
     *
     * @throws IOException if no temporary file can be written: MuJoCo reads models from files
     */
    @Setup
    public void open() throws IOException {
      Path file = Files.createTempFile("stride-empty-", ".xml");
      try {
        Files.writeString(file, "<mujoco/>");
        batch = batch(file, simulations);
      } finally {
        Files.delete(file);
      }
    }

    /** Frees them. */
    @TearDown
    public void close() {
      batch.close();
    }
  }

  /** Hoppers stepped by one call. */
  @State(Scope.Benchmark)
  public static class Hoppers {
    /** How many simulations a call steps. */
    @Param({"1", "64"})
    public int simulations;

    private Arena arena;
    private SimulationBatch batch;
    private DoubleSlab warm; // [simulations, stateSize]

    /** Makes the hoppers and takes them to where they are stepped from. */
    @Setup
    public void open() {
      arena = Arena.ofShared();
      batch = hoppers(simulations);
      batch.step(WARM_STEPS);
      warm = DoubleSlab.allocate(arena, simulations, batch.rows().stateSize());
      MemorySegment.copy(batch.rows().segment(), 0, warm.segment(), 0, warm.sizeBytes());
    }

    private void rewind() {
      MemorySegment.copy(warm.segment(), 0, batch.rows().segment(), 0, warm.sizeBytes());
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      batch.close();
      arena.close();
    }
  }

  private static SimulationBatch batch(Path file, int simulations) {
    try (Model model = Model.load(file)) {
      return new SimulationBatch(model, simulations, /* threads= */ 1, /* persistent= */ false);
    }
  }

  private static SimulationBatch hoppers(int simulations) {
    SimulationBatch batch = batch(Mujoco.assets().resolve("hopper.xml"), simulations);
    scatter(batch.rows());
    return batch;
  }

  /** Makes rows differ: the same branches in all would flatter a batch. */
  private static void scatter(StateRows rows) {
    var random = new RandomStream(SEED, Purpose.BENCHMARK);
    for (int row = 0; row < rows.simulations(); row++) {
      random.seek(row, 0);
      for (int k = 0; k < rows.nq(); k++) {
        rows.setQpos(row, k, rows.qpos(row, k) + random.uniform(-NOISE, NOISE));
      }
    }
  }

  /**
   * The baseline, without a call: all doubles of a simulation's state, read in Java.
   *
   * @param state one simulation
   * @return their sum
   */
  @Benchmark
  public double readRow(Row state) {
    final MemorySegment row = state.row;
    double sum = 0;
    for (long at = 0; at < row.byteSize(); at += Double.BYTES) {
      sum += row.get(JAVA_DOUBLE, at);
    }
    return sum;
  }

  /**
   * A call that returns a constant.
   *
   * @return MuJoCo's version
   */
  @Benchmark
  public int versionNumber() {
    return Mujoco.versionNumber();
  }

  /**
   * A batch call with next to no physics: time goes on.
   *
   * @param state worlds
   * @return how many failed
   */
  @Benchmark
  public int emptyBatch(Worlds state) {
    return state.batch.step(1);
  }

  /**
   * One physics step of every hopper, their rows restored before.
   *
   * @param state hoppers
   * @return how many failed
   */
  @Benchmark
  public int physicsBatch(Hoppers state) {
    state.rewind();
    return state.batch.step(1);
  }
}
