package stride.bench;

import java.lang.foreign.Arena;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.env.Task;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.learn.UpdateMode;
import stride.nn.Backend;
import stride.nn.KernelWarmUp;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.ppo.GaeConfig;
import stride.ppo.Ppo;
import stride.ppo.PpoConfig;
import stride.ppo.PpoLearner;
import stride.ppo.UpdateConfig;

/**
 * One iteration of a training that can be done again and again, and that has been shown not to
 * depend on the number of threads.
 *
 * <p>Belongs to the thread that makes it, which closes it.
 */
final class ProvenTraining implements AutoCloseable {
  private static final long SEED = 1;
  private static final int WARM_ITERATIONS = 5;

  private final Arena arena = Arena.ofShared();
  private final Task task;
  private final PolicyLayout policy;
  private final PpoConfig config;
  private final Team team;
  private final PpoLearner learner;
  private final SavedState warm;
  private final SavedState expected;
  private final long episodes;

  /** A training to be timed: its kernels are compiled, and it is past its first iterations. */
  ProvenTraining(Task task, int envs, int threads) {
    this.task = task;
    this.policy = Networks.of(task.spec());
    this.config =
        new PpoConfig(
            RolloutConfig.of(envs, Ppo.numSteps(envs), SEED, Stepping.SHARDED),
            GaeConfig.DEFAULTS,
            UpdateConfig.DEFAULTS,
            /* annealLr= */ false);
    this.team = new Team(threads);
    this.learner = learner(team);
    KernelWarmUp.run(policy, Backends.kernels(Backend.CPU), Math.ceilDiv(envs, threads));
    for (int k = 0; k < WARM_ITERATIONS; k++) {
      iterate(learner);
    }
    this.warm = new SavedState(arena, learner.state());
    final long before = learner.episodes().episodes();
    iterate(learner);
    this.episodes = learner.episodes().episodes() - before;
    this.expected = new SavedState(arena, learner.state());
    warm.requireLearnt(learner.state());
    prove(threads == 1 ? 2 : 1);
    QuietWarmUp.run(this::run);
  }

  private PpoLearner learner(Team by) {
    return new PpoLearner(task, policy, Backend.CPU, by, config, UpdateMode.AUTO);
  }

  private static void iterate(PpoLearner learner) {
    learner.iterate(/* progress= */ 0);
  }

  /** The same iteration on other threads. */
  private void prove(int threads) {
    try (Team others = new Team(threads);
        PpoLearner other = learner(others)) {
      other.restore(warm.slabs());
      iterate(other);
      expected.requireSame(other.state());
    }
  }

  private void run() {
    rewind();
    iterate();
  }

  /** Env steps of the iteration. */
  long envSteps() {
    return learner.envStepsPerIteration();
  }

  /** Episodes that end in the iteration. */
  long episodes() {
    return episodes;
  }

  /** Goes back to where the iteration begins. */
  void rewind() {
    learner.restore(warm.slabs());
  }

  /** Collects and learns. */
  void iterate() {
    iterate(learner);
  }

  /** Switches the clocks of inner stages. */
  void clocks(boolean on) {
    learner.clocks().forEach(clock -> clock.switchTo(on));
  }

  /** Shows that the last iteration ended where the proved one did. */
  void requireSame() {
    expected.requireSame(learner.state());
  }

  @Override
  public void close() {
    learner.close();
    team.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
