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
import stride.learn.UpdateMode;
import stride.nn.Precision;

/**
 * How many samples/s does an update on the device learn from, and what do its ways differ in?
 *
 * <p>{@link UpdateBenchmark}'s question with Hopper's networks of two layers of 64 and 32
 * minibatches in each of ten epochs: kernels launched one by one, the same as one graph, one kernel
 * that stays on the device, and one cluster of blocks, for which 65,536 rows are too many.
 *
 * <p>The trap is to time the device alone: an update is also the shuffling on the host and three
 * copies there and one back. Calls/s have all of it; {@code deviceSeconds} have what lies between
 * the events around the kernels.
 *
 * <p>Unit: updates/s; {@code rows} is samples/s, a row counting in every epoch; {@code bytes} are
 * each row's inputs once an epoch, and parameters and Adam's moments there and back in every
 * minibatch, which in truth a cache serves. How to run: {@code ./stride bench --suite
 * CudaUpdateBenchmark}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@NeedsGpu
@State(Scope.Benchmark)
public class CudaUpdateBenchmark {
  /**
   * How the update is done, in what precision, and rows of the rollout: 128 steps of each
   * environment. Those first that tell most.
   */
  @Param({
    "persistent fp32 8192",
    "cluster fp32 8192",
    "cluster tf32x3 8192",
    "persistent fp32 65536",
    "persistent tf32x3 65536",
    "graph fp32 8192",
    "graph fp32 65536",
    "launches fp32 8192",
    "launches fp32 65536"
  })
  public String way;

  private ProvenUpdate update;

  /** Collects the rollout, and proves that the device is as good as the CPU. */
  @Setup
  public void open() {
    String[] words = way.split(" ", 3);
    update =
        ProvenUpdate.onDevice(
            UpdateMode.of(words[0]), Precision.of(words[1]), Integer.parseInt(words[2]), 64);
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
