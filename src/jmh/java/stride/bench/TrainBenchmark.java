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
import stride.env.Tasks;
import stride.lab.bench.Quick;

/**
 * How many env steps/s does training do, all of it?
 *
 * <p>{@link #iteration} collects a rollout, estimates advantages and does ten epochs of 32
 * minibatches, layers of 64: what {@code stride train} repeats, but for its log and checkpoints.
 * {@link RolloutBenchmark}, {@link GaeBenchmark} and {@link UpdateBenchmark} have its parts, and
 * the proofs of their numbers.
 *
 * <p>The trap is to let it train while the clock runs: the first iterations are compilation, and
 * then the robot learns, so that a faster machine is measured on a better policy, whose steps cost
 * something else. Here each operation is the same iteration to the last bit, the sixth of a
 * training: setting up proves that another number of threads ends it in the same state, and the
 * state is compared again after each JMH iteration. Restoring it is not timed.
 *
 * <p>Unit: iterations/s of {@link stride.lab.profile.Profile#numSteps} steps; {@code envSteps} is
 * env steps/s; dividing it by {@code episodes} gives the length of an episode. With one environment
 * a second thread only helps to learn. How to run: {@code ./stride bench --suite TrainBenchmark};
 * {@code --quick} has Hopper-v5 with 64 environments on all cores.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick({"envs=64", "threads=" + Quick.ALL_CORES, "task=Hopper-v5"})
@State(Scope.Benchmark)
public class TrainBenchmark {
  /** What is learnt. */
  @Param({"Hopper-v5", "HalfCheetah-v5"})
  public String task;

  /** How many environments. */
  @Param({"1", "64"})
  public int envs;

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  private ProvenTraining training;

  /** Trains for some iterations, and proves that threads do not change the next. */
  @Setup
  public void open() {
    training = ProvenTraining.byPpo(Tasks.of(task), envs, threads);
  }

  /** Goes back to where the iteration begins. */
  @Setup(Level.Invocation)
  public void rewind() {
    training.rewind();
  }

  /** Shows that what was timed is what was proved. */
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
   * An iteration of training.
   *
   * @param counter of its steps
   */
  @Benchmark
  public void iteration(StepCounter counter) {
    training.iterate();
    counter.envSteps += training.envSteps();
    counter.episodes += training.episodes();
  }
}
