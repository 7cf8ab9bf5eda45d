package stride.bench;

import java.util.Map;
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
 * How many updates/s does DQN do, over threads and over what was added to it?
 *
 * <p>{@link #update} samples 128 transitions of CartPole from a memory of 11 000, gathers them,
 * computes their targets, losses and gradients through layers of 120 and 84, and takes a step of
 * Adam; every fiftieth time the target network follows. {@code doubleQ} has the learnt network
 * choose the next action, {@code dueling} splits the last layer, {@code prioritized} draws by
 * priorities and renews them. {@link RingBenchmark} and {@link PriorityBenchmark} have parts of it.
 *
 * <p>The trap is to update on and on from one memory: values grow, parameters leave what any
 * training has, and a network that fits its memory has gradients near 0. Here each operation is a
 * part of the same hundred updates, begun with fresh parameters and priorities, which end, to the
 * last bit, where the first did; restoring is not timed. Setting up proves that the reference
 * learns the same, bit by bit.
 *
 * <p>Unit: updates/s; {@code rows} is transitions/s. How to run: {@code ./stride bench --suite
 * DqnUpdateBenchmark}; {@code --quick} has the cpu backend on all cores, with and without
 * priorities.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick({"backend=cpu", "threads=" + Quick.ALL_CORES, "doubleQ=false", "dueling=false"})
@State(Scope.Benchmark)
public class DqnUpdateBenchmark {
  /** What computes. */
  @Param({"reference", "cpu"})
  public String backend;

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  /** Whether the learnt network chooses the next action. */
  @Param({"false", "true"})
  public boolean doubleQ;

  /** Whether the network ends in advantages and a value. */
  @Param({"false", "true"})
  public boolean dueling;

  /** Whether transitions are drawn by their errors. */
  @Param({"false", "true"})
  public boolean prioritized;

  private ProvenDqnUpdate update;

  /** Fills the memory, and proves that the backend is as good as the reference. */
  @Setup
  public void open() {
    Map<String, String> changes =
        Map.of(
            "double_q", Boolean.toString(doubleQ),
            "dueling", Boolean.toString(dueling),
            "prioritized_replay", Boolean.toString(prioritized));
    update = new ProvenDqnUpdate(Backend.of(backend), changes, threads);
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
   * @param counter of rows
   */
  @Benchmark
  @OperationsPerInvocation(ProvenDqnUpdate.UPDATES)
  public void update(RowCounter counter) {
    update.update();
    counter.rows += update.rows();
  }
}
