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
import stride.collect.Stepping;
import stride.env.Tasks;
import stride.lab.bench.Quick;
import stride.mujoco.Replay;

/**
 * How many env steps/s does a whole rollout do, policy and all, and how many can there be at most?
 *
 * <p>{@link #rollout} collects; {@link #limit} is bare {@code mj_step} in C over that rollout's
 * very actions and resets, on as many threads: what rollouts would do if everything but the physics
 * were free. Of its two forms the faster counts. CartPole does not run on MuJoCo and has no limit.
 *
 * <p>The trap is a limit measured on other states: random actions, a robot that stays on the
 * ground. Here each operation, of either kind, is the same rollout to the last bit, begun from the
 * same warmed states; setting up proves it, a rollout after each iteration is compared again, and a
 * replay that ends elsewhere fails. Restoring the states is not timed, and worth doing before each
 * rollout since one takes milliseconds. Another trap is to believe a rate that a noisy machine
 * gave: for shares of the limit take {@code ./stride profile}, which alternates the two.
 *
 * <p>Unit: rollouts/s of {@link stride.lab.profile.Profile#numSteps} steps; {@code envSteps} is env
 * steps/s; dividing it by {@code episodes} gives the length of an episode, short since the policy
 * is untrained. With one environment a second thread has nothing to do. How to run: {@code ./stride
 * bench --suite RolloutBenchmark}; {@code --quick} has 64 environments on all cores, and one form
 * of the limit.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick({"envs=64", "threads=" + Quick.ALL_CORES, "task=Hopper-v5,HalfCheetah-v5", "form=HOT"})
public class RolloutBenchmark {

  /** Rollouts, ready to be collected. */
  @State(Scope.Benchmark)
  public static class Rollouts {
    /** What is simulated. */
    @Param({"Hopper-v5", "HalfCheetah-v5", "CartPole-v1"})
    public String task;

    /** How many environments. */
    @Param({"1", "8", "64"})
    public int envs;

    /** How many threads. */
    @Param({"1", "2"})
    public int threads;

    /** How they are stepped. */
    @Param({"sharded", "lockstep"})
    public String stepping;

    private ProvenRollout rollout;

    /** Makes and warms the environments, and proves their rollout by bare {@code mj_step}. */
    @Setup
    public void open() {
      rollout = ProvenRollout.toCollect(Tasks.of(task), envs, threads, Stepping.of(stepping));
    }

    /** Goes back to the warmed states. */
    @Setup(Level.Invocation)
    public void rewind() {
      rollout.rewind();
    }

    /** Shows that what was timed is what was proved. */
    @TearDown(Level.Iteration)
    public void check() {
      rollout.requireSame();
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      rollout.close();
    }
  }

  /** A recorded rollout, ready to be replayed in C. */
  @State(Scope.Benchmark)
  public static class Recording {
    /** What is simulated. */
    @Param({"Hopper-v5", "HalfCheetah-v5"})
    public String task;

    /** How many environments. */
    @Param({"1", "8", "64"})
    public int envs;

    /** How many threads. */
    @Param({"1", "2"})
    public int threads;

    /** How C holds the simulations. */
    @Param public Replay.Form form;

    private ProvenRollout rollout;

    /**
     * Collects and records the rollout: a sharded one, each thread's part on a thread of its own.
     */
    @Setup
    public void open() {
      rollout = ProvenRollout.toReplay(Tasks.of(task), envs, threads);
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      rollout.close();
    }
  }

  /**
   * A whole rollout.
   *
   * @param state rollouts
   * @param counter of their steps
   */
  @Benchmark
  public void rollout(Rollouts state, StepCounter counter) {
    state.rollout.collect();
    counter.envSteps += state.rollout.envSteps();
    counter.episodes += state.rollout.episodes();
  }

  /**
   * Its physics, in C.
   *
   * @param state a recorded rollout
   * @param counter of its steps
   */
  @Benchmark
  public void limit(Recording state, StepCounter counter) {
    state.rollout.replay(state.form);
    counter.envSteps += state.rollout.envSteps();
    counter.episodes += state.rollout.episodes();
  }
}
