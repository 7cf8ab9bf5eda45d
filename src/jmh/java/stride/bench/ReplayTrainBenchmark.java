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
 * How many env steps/s does DQN train on, all of it?
 *
 * <p>{@link #iteration} takes turns, as {@code stride train} does but for its log and checkpoints:
 * ten steps of CartPole into the memory for each update from a batch of 128, CleanRL's layers of
 * 120 and 84, a memory of 10 000 transitions. {@link RingBenchmark} and {@link DqnUpdateBenchmark}
 * have its parts, and the proofs of their numbers. More environments make more steps, and more
 * updates, in each round.
 *
 * <p>The traps are those of {@link TrainBenchmark}, and one more: until learning starts there are
 * steps without updates, a hundred times as fast. Here learning is on from the first step, and each
 * operation is the same iteration to the last bit, the sixth of a training: setting up proves that
 * another number of threads ends it with the same state and the same rows in the memory, and both
 * are compared again after each JMH iteration. Going back means to write the whole ring anew, 280
 * KB of it. That is cheap beside an iteration, and not timed.
 *
 * <p>Unit: iterations/s of 8192 steps, or as many more as make whole rounds; {@code envSteps} is
 * env steps/s; dividing it by {@code episodes} gives the length of an episode. How to run: {@code
 * ./stride bench --suite ReplayTrainBenchmark}; {@code --quick} has all cores.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick("threads=" + Quick.ALL_CORES)
@State(Scope.Benchmark)
public class ReplayTrainBenchmark {
  /** How many environments. */
  @Param({"1", "16"})
  public int envs;

  /** How many threads. */
  @Param({"1", "2"})
  public int threads;

  private ProvenTraining training;

  /** Trains for some iterations, and proves that threads do not change the next. */
  @Setup
  public void open() {
    training = ProvenTraining.byDqn(Tasks.of("CartPole-v1"), envs, threads);
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
