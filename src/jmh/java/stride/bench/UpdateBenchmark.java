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
import stride.lab.bench.Quick;
import stride.nn.Backend;

/**
 * How many samples/s does an update learn from, over the size of minibatches, the width of the
 * layers and threads?
 *
 * <p>{@link #update} is PPO's whole update after a rollout of Hopper, 64 environments by 128 steps:
 * ten epochs of minibatches, each row's losses and their gradients through actor and critic, the
 * gradient's norm, Adam. Advantages are there already, {@link GaeBenchmark} has them.
 *
 * <p>The trap is to update on and on from one rollout: the policy leaves it behind, more and more
 * rows are clipped and add no gradient, moments decay to denormals. Here each operation begins with
 * the parameters that collected the rollout, and ends, to the last bit, where the first did;
 * restoring is not timed. Another trap is numbers drawn at random, which clip a share of rows that
 * no training has.
 *
 * <p>Unit: updates/s; {@code rows} is samples/s, a row counting in every epoch. These compare
 * between backends, updates do not: the reference, slow as it is, does one epoch. How to run:
 * {@code ./stride bench --suite UpdateBenchmark}; {@code --quick} has layers of 64, minibatches of
 * 256 and the cpu backend on all cores.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick({"backend=cpu", "minibatch=256", "width=64", "threads=" + Quick.ALL_CORES})
@State(Scope.Benchmark)
public class UpdateBenchmark {
  /** What computes. */
  @Param({"reference", "cpu"})
  public String backend;

  /** Rows of a minibatch. */
  @Param({"64", "256", "1024"})
  public int minibatch;

  /** Units of each of the two hidden layers. */
  @Param({"64", "256"})
  public int width;

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  private ProvenUpdate update;

  /** Collects the rollout, and proves that the backend is as good as the reference. */
  @Setup
  public void open() {
    update = new ProvenUpdate(Backend.of(backend), minibatch, width, threads);
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
   */
  @Benchmark
  public void update(RowCounter counter) {
    update.update();
    counter.rows += update.rows();
  }
}
