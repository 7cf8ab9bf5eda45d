package stride.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
import stride.env.Tasks;
import stride.lab.bench.Investigation;

/**
 * What do the lab's own clocks and histograms cost a training?
 *
 * <p>An operation is the same iteration of training four times, to the last bit: clocks off, on,
 * on, off, so that a machine that gets slower meanwhile hits both alike. HalfCheetah has the
 * shortest physics steps; with one environment every one of them is timed, with 64 a step of all of
 * them.
 *
 * <p>The trap is to compare two processes: they differ by more than the clocks cost. Unit: ms per
 * operation; {@code clocksOff} and {@code clocksOn} are seconds per iteration. How to run: {@code
 * ./stride bench --suite ClockInvestigation}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(5)
@Investigation
@State(Scope.Benchmark)
public class ClockInvestigation {
  /** How many environments. */
  @Param({"1", "64"})
  public int envs;

  private ProvenTraining training;

  /** Means of a JMH iteration. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Split {
    private long offNanos;
    private long onNanos;
    private int pairs;

    /** Forgets the last JMH iteration. */
    @Setup(Level.Iteration)
    public void clear() {
      offNanos = 0;
      onNanos = 0;
      pairs = 0;
    }

    /**
     * Clocks off.
     *
     * @return seconds per iteration of training
     */
    public double clocksOff() {
      return offNanos * 1e-9 / pairs;
    }

    /**
     * Clocks on.
     *
     * @return seconds per iteration of training
     */
    public double clocksOn() {
      return onNanos * 1e-9 / pairs;
    }
  }

  /** Trains for some iterations, and proves that threads do not change the next. */
  @Setup
  public void open() {
    training = ProvenTraining.byPpo(Tasks.of("HalfCheetah-v5"), envs, /* threads= */ 1);
  }

  /** Shows that clocks change nothing. */
  @TearDown(Level.Iteration)
  public void check() {
    training.requireSame();
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    training.close();
  }

  /**
   * Iterations of training with clocks off, on, on, off.
   *
   * @param split takes their times
   */
  @Benchmark
  public void iterations(Split split) {
    split.offNanos += timed(false);
    split.onNanos += timed(true);
    split.onNanos += timed(true);
    split.offNanos += timed(false);
    split.pairs += 2;
  }

  private long timed(boolean clocks) {
    training.rewind();
    training.clocks(clocks);
    long start = System.nanoTime();
    training.iterate();
    return System.nanoTime() - start;
  }
}
