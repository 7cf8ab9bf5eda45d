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
 * How many env steps/s does one thread do without a policy, and how much of that is physics?
 *
 * <p>{@link #shard} takes actions, steps, judges, begins new episodes and observes; {@link
 * #physics} is the batch call alone. What lies between them is what Java adds. CartPole is written
 * in Java and has no such second row; its steps are so short that there the environment's own cost
 * shows.
 *
 * <p>The trap is to let environments run on while the clock does. A fallen robot is other work than
 * a walking one, so the faster of two would be measured on other states: here both go through the
 * same steps in a circle, from states that are some hundred steps old. Another one is to count what
 * MuJoCo calls a step, of which an env step has two to five.
 *
 * <p>Unit: calls/s, each a step of all environments; {@code envSteps} is env steps/s; dividing it
 * by {@code episodes} gives the length of an episode. How to run: {@code ./stride bench --suite
 * EnvStepBenchmark}; {@code --quick} has few tasks and one number of environments.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick({"envs=64", "task=Hopper-v5,CartPole-v1", "model=Hopper-v5"})
public class EnvStepBenchmark {

  /** Environments of a task, with all that belongs to them. */
  @State(Scope.Benchmark)
  public static class Environments {
    /** What is simulated. */
    @Param({"Hopper-v5", "Walker2d-v5", "HalfCheetah-v5", "InvertedPendulum-v5", "CartPole-v1"})
    public String task;

    /** How many environments take a step together. */
    @Param({"1", "8", "64", "512"})
    public int envs;

    private SteppedShard shard;

    /** Makes the environments, and proves that they do the physics they should. */
    @Setup
    public void open() {
      shard = new SteppedShard(Tasks.of(task), envs);
      shard.prove();
    }

    /** Goes back to the warmed states. */
    @Setup(Level.Iteration)
    public void rewind() {
      shard.rewind();
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      shard.close();
    }
  }

  /** The physics of the same environments. */
  @State(Scope.Benchmark)
  public static class Simulations {
    /** The task whose model is simulated: not called the same, since it cannot be CartPole. */
    @Param({"Hopper-v5", "Walker2d-v5", "HalfCheetah-v5", "InvertedPendulum-v5"})
    public String model;

    /** How many simulations take a step together. */
    @Param({"1", "8", "64", "512"})
    public int envs;

    private PhysicsTape tape;

    /** Records the environments' steps, and proves that a batch follows them. */
    @Setup
    public void open() {
      tape = new PhysicsTape(Tasks.of(model), envs);
    }

    /** Goes back to the first step. */
    @Setup(Level.Iteration)
    public void rewind() {
      tape.rewind();
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      tape.close();
    }
  }

  /**
   * An env step of all environments.
   *
   * @param state environments
   * @param counter of their steps
   */
  @Benchmark
  public void shard(Environments state, StepCounter counter) {
    counter.episodes += state.shard.step();
    counter.envSteps += state.shard.envs();
  }

  /**
   * Its physics: states and controls copied into the batch's rows, one call.
   *
   * @param state simulations
   * @param counter of their steps
   */
  @Benchmark
  public void physics(Simulations state, StepCounter counter) {
    counter.episodes += state.tape.step();
    counter.envSteps += state.tape.envs();
  }
}
