package stride.bench;

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
import stride.lab.bench.NeedsGpu;
import stride.lab.bench.Quick;
import stride.learn.UpdateMode;
import stride.nn.Precision;

/**
 * How many samples/s does an update on the device learn from where networks are too wide for a
 * block's own memory, and cuBLAS multiplies?
 *
 * <p>{@link CudaUpdateBenchmark} with wide layers; the same traps and units. {@code flop} against
 * {@code deviceSeconds} tells how near the products come to the card's limit for plain floats. How
 * to run: {@code ./stride bench --suite CudaWideUpdateBenchmark}; {@code --quick} has 8192 rows and
 * layers of 256.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick({"rows=8192", "width=256"})
@NeedsGpu
@State(Scope.Benchmark)
public class CudaWideUpdateBenchmark {
  /** How the update is done. */
  @Param({"graph", "launches"})
  public String mode;

  /** Rows of the rollout: 128 steps of each environment. */
  @Param({"8192", "65536"})
  public int rows;

  /** Units of each of the two hidden layers. */
  @Param({"256", "512"})
  public int width;

  private ProvenUpdate update;

  /** Collects the rollout, and proves that the device is as good as the CPU. */
  @Setup
  public void open() {
    update = ProvenUpdate.onDevice(UpdateMode.of(mode), Precision.FP32, rows, width);
  }

  /** Goes back to the parameters that collected the rollout. */
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
   * A whole update.
   *
   * @param counter of rows
   * @param work of the device
   */
  @Benchmark
  public void update(RowCounter counter, DeviceCounter work) {
    update.update();
    counter.rows += update.rows();
    update.count(work);
  }
}
