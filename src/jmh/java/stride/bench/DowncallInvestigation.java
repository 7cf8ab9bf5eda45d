package stride.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import stride.memory.DoubleSlab;
import stride.mujoco.Model;
import stride.mujoco.Mujoco;
import stride.mujoco.SimulationBatch;
import stride.mujoco.StateRows;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Does one downcall for each env step cost more than one for a batch of them?
 *
 * <p>64 simulations take a physics step: by one call of a batch of 64, or by 64 calls of batches of
 * one. In worlds without bodies there is nothing but the calls; hoppers show what is left of the
 * difference where there is physics. Both begin from the same states, which are copied back before
 * each step, and setting up proves that they end in the same.
 *
 * <p>The trap is to time the calls alone and to fear them. Unit: ns per step of all 64. How to run:
 * {@code ./stride bench --suite DowncallInvestigation}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
@Investigation
public class DowncallInvestigation {
  private static final int SIMULATIONS = 64;
  private static final int WARM_STEPS = 200; // 0.4 s without controls: no longer at rest
  private static final double NOISE = 0.005; // m, rad: Hopper's own

  /** The same simulations twice. */
  @State(Scope.Benchmark)
  public static class Simulations {
    /** What is simulated: nothing, or hoppers. */
    @Param({"empty", "hopper"})
    public String model;

    private final Arena arena = Arena.ofShared();
    private final List<SimulationBatch> single = new ArrayList<>();
    private SimulationBatch batch;
    private DoubleSlab warm; // [SIMULATIONS, stateSize]

    /**
     * Makes the simulations, and proves that both ways end alike.
     *
     * @throws IOException if no temporary file can be written: MuJoCo reads models from files
     */
    @Setup
    public void open() throws IOException {
      try (Model loaded = load()) {
        batch = new SimulationBatch(loaded, SIMULATIONS, 1, false);
        for (int k = 0; k < SIMULATIONS; k++) {
          single.add(new SimulationBatch(loaded, 1, 1, false));
        }
      }
      scatter(batch.rows());
      batch.step(WARM_STEPS);
      warm = DoubleSlab.allocate(arena, SIMULATIONS, batch.rows().stateSize());
      warm.segment().copyFrom(batch.rows().segment());
      prove();
    }

    private Model load() throws IOException {
      if (model.equals("hopper")) {
        return Model.load(Mujoco.assets().resolve("hopper.xml"));
      }
      Path file = Files.createTempFile("stride-empty-", ".xml");
      try {
        Files.writeString(file, "<mujoco/>");
        return Model.load(file);
      } finally {
        Files.delete(file);
      }
    }

    /** Makes rows differ: the same branches in all would flatter a batch. */
    private static void scatter(StateRows rows) {
      var random = new RandomStream(1, Purpose.BENCHMARK);
      for (int row = 0; row < rows.simulations(); row++) {
        random.seek(row, 0);
        for (int k = 0; k < rows.nq(); k++) {
          rows.setQpos(row, k, rows.qpos(row, k) + random.uniform(-NOISE, NOISE));
        }
      }
    }

    private void prove() {
      together();
      each();
      long stride = batch.rows().strideBytes();
      for (int k = 0; k < SIMULATIONS; k++) {
        MemorySegment row = batch.rows().segment().asSlice(k * stride, stride);
        if (single.get(k).rows().segment().mismatch(row) >= 0) {
          throw new IllegalStateException("simulation " + k + " ends in two states");
        }
      }
    }

    private int together() {
      batch.rows().segment().copyFrom(warm.segment());
      return batch.step(1);
    }

    private int each() {
      final long stride = batch.rows().strideBytes();
      int failed = 0;
      for (int k = 0; k < SIMULATIONS; k++) {
        SimulationBatch one = single.get(k);
        MemorySegment.copy(warm.segment(), k * stride, one.rows().segment(), 0, stride);
        failed += one.step(1);
      }
      return failed;
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      single.forEach(SimulationBatch::close);
      batch.close();
      arena.close();
    }
  }

  /**
   * One call for all: the way Stride takes.
   *
   * @param state simulations
   * @return how many failed
   */
  @Benchmark
  public int oneCallForAll(Simulations state) {
    return state.together();
  }

  /**
   * A call for each.
   *
   * @param state simulations
   * @return how many failed
   */
  @Benchmark
  public int oneCallForEach(Simulations state) {
    return state.each();
  }
}
