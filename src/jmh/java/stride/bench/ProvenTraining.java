package stride.bench;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.function.Function;
import stride.algo.OptionValues;
import stride.algo.Sitting;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.dqn.Dqn;
import stride.dqn.DqnOptions;
import stride.env.Task;
import stride.learn.Backends;
import stride.learn.Journal;
import stride.learn.Learner;
import stride.learn.Networks;
import stride.learn.UpdateMode;
import stride.memory.Slab;
import stride.nn.Activation;
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
 * <p>What a replay memory holds is gone back to as well, from a copy. Belongs to the thread that
 * makes it, which closes it.
 */
final class ProvenTraining implements AutoCloseable {
  private static final long SEED = 1;
  private static final int WARM_ITERATIONS = 5;

  private final Arena arena = Arena.ofShared();
  private final Function<Team, Learner> maker;
  private final Team team;
  private final Learner learner;
  private final SavedState warm;
  private final long warmStep; // of the memory's oldest row
  private final SavedState warmMemory; // null without a memory
  private final SavedState expected;
  private final SavedState expectedMemory; // null without a memory
  private final long episodes;

  /** A training that is past its first iterations. */
  private ProvenTraining(Function<Team, Learner> maker, int threads) {
    this.maker = maker;
    this.team = new Team(threads);
    this.learner = maker.apply(team);
    for (int k = 0; k < WARM_ITERATIONS; k++) {
      iterate(learner);
    }
    this.warm = new SavedState(arena, learner.state());
    this.warmStep = learner.journal().map(Journal::oldestNeeded).orElse(0L);
    this.warmMemory = memory(learner);
    final long before = learner.episodes().episodes();
    iterate(learner);
    this.episodes = learner.episodes().episodes() - before;
    this.expected = new SavedState(arena, learner.state());
    this.expectedMemory = memory(learner);
    warm.requireLearnt(learner.state());
    prove(threads == 1 ? 2 : 1);
    QuietWarmUp.run(this::run);
  }

  /** A training by PPO to be timed: its kernels are compiled. */
  static ProvenTraining byPpo(Task task, int envs, int threads) {
    final PolicyLayout policy = Networks.of(task.spec());
    final PpoConfig config =
        new PpoConfig(
            RolloutConfig.of(envs, Ppo.numSteps(envs), SEED, Stepping.SHARDED),
            GaeConfig.DEFAULTS,
            UpdateConfig.DEFAULTS,
            /* annealLr= */ false);
    KernelWarmUp.run(policy, Backends.kernels(Backend.CPU), Math.ceilDiv(envs, threads));
    return new ProvenTraining(
        team -> new PpoLearner(task, policy, Backend.CPU, team, config, UpdateMode.AUTO), threads);
  }

  /**
   * A training by DQN to be timed: as CleanRL has it, but for the number of environments, and with
   * as many updates from its first step to the last.
   */
  static ProvenTraining byDqn(Task task, int envs, int threads) {
    final var algorithm = new Dqn();
    final OptionValues<DqnOptions> values = OptionValues.preset(algorithm, Dqn.CLEANRL, task);
    algorithm.measured(envs).forEach(values::set);
    final DqnOptions options = values.options();
    algorithm.check(options, task, SEED);
    KernelWarmUp.runLayers(
        Networks.of(task.spec(), options.hidden(), Activation.RELU, false),
        Backends.kernels(Backend.CPU),
        options.batchSize() / 2);
    return new ProvenTraining(
        team -> algorithm.learner(options, task, SEED, Sitting.on(team)), threads);
  }

  private static void iterate(Learner learner) {
    learner.iterate(/* progress= */ 0);
  }

  /** A copy of all rows of a learner's memory; null if it has none. */
  private SavedState memory(Learner of) {
    return of.journal().map(journal -> new SavedState(arena, rows(journal))).orElse(null);
  }

  private static Map<String, Slab> rows(Journal journal) {
    return journal.rows(journal.oldestNeeded(), journal.steps());
  }

  private void rewind(Learner which) {
    which.restore(warm.slabs());
    which.journal().ifPresent(journal -> journal.restore(warmStep, warmMemory.slabs()));
  }

  private void requireSame(Learner other) {
    expected.requireSame(other.state());
    other.journal().ifPresent(journal -> expectedMemory.requireSame(rows(journal)));
  }

  /** The same iteration on other threads. */
  private void prove(int threads) {
    try (Team others = new Team(threads);
        Learner other = maker.apply(others)) {
      rewind(other);
      iterate(other);
      requireSame(other);
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
    rewind(learner);
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
    requireSame(learner);
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
