package stride.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.lab.bench.Quick;
import stride.nn.Backend;

/**
 * How many updates/s does SAC do, over threads, the width of its layers and the rows of a batch?
 *
 * <p>{@link #update} samples transitions of Hopper from a memory of 5000, gathers them, and takes
 * steps of two critics, an actor and a temperature, in CleanRL's order; the targets follow every
 * time. {@link WideLayerBenchmark} has the layers alone, and what a core can multiply and add.
 *
 * <p>The trap is to update on and on from one memory: values grow, and parameters leave what any
 * training has. Here each operation is a part of the same ten updates, begun with fresh parameters,
 * which end, to the last bit, where the first did; restoring is not timed. Setting up proves that
 * the reference learns the same, up to rounding.
 *
 * <p>Unit: updates/s; {@code rows} is transitions/s, {@code floatOperations} is FLOP/s. How to run:
 * {@code ./stride bench --suite SacUpdateBenchmark}; {@code --quick} has layers of 256 and batches
 * of 256 on all cores.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick({"threads=" + Quick.ALL_CORES, "width=256", "batch=256"})
@State(Scope.Benchmark)
public class SacUpdateBenchmark {
  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  /** Units of each of two hidden layers. */
  @Param({"64", "256"})
  public int width;

  /** Transitions of an update. */
  @Param({"64", "256"})
  public int batch;

  private ProvenSacUpdate update;

  /** Fills the memory, and proves that the updates are the reference's. */
  @Setup
  public void open() {
    update = new ProvenSacUpdate(Backend.CPU, width, batch, threads);
  }

  /** Goes back to fresh parameters. */
  @Setup(Level.Invocation)
  public void rewind() {
    update.rewind();
  }

  /** Shows that what was timed is what was proved. */
  @TearDown(Level.Iteration)
  public void check() {
    update.requireSame();
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    update.close();
  }

  /**
   * Updates, one after another.
   *
   * @param rows counts rows
   * @param operations counts operations
   */
  @Benchmark
  @OperationsPerInvocation(ProvenSacUpdate.UPDATES)
  public void update(RowCounter rows, OperationCounter operations) {
    update.update();
    rows.rows += update.rows();
    operations.floatOperations += update.flop();
  }
}
