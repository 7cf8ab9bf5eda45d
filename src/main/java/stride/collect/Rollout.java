package stride.collect;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import stride.env.EpisodeStatistics;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.Task;
import stride.learn.Collector;
import stride.learn.Networks;
import stride.learn.StageClock;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.nn.Kernels;
import stride.nn.PolicyLayout;
import stride.nn.RunningStatistics;
import stride.parallel.Partition;
import stride.parallel.Team;

/**
 * Collects experience: T steps of N environments with the current policy, again and again.
 *
 * <p>Sharded, every member of the team takes its own environments through policy, physics and
 * observation for the whole horizon, and meets the others once at the end. In lock-step one call
 * steps all environments on all threads, and the rest is the caller's. Both give the same bits for
 * any number of threads: random numbers belong to environments, and statistics are merged in their
 * order.
 *
 * <p>Driven by one thread, the one that runs the team. Closing is idempotent.
 */
public final class Rollout implements Collector, AutoCloseable {
  /** The name of {@link #saveState} in a learner's state. */
  public static final String STATE = "rollout";

  private static final int PARTS =
      2; // one is stepped while a device computes actions for the other

  private final RolloutConfig config;
  private final Team team;
  private final Arena arena = Arena.ofShared();
  private final List<RolloutWorker> workers = new ArrayList<>();
  private final RolloutStatistics statistics;
  private final RolloutSlabs slabs;
  private final Team.Work seeding = this::seed; // made once: a rollout allocates nothing
  private final Team.Work work = this::work;
  private BatchPolicy batchPolicy; // null: the workers have their own
  private FloatSlab parameters;
  private long rollouts;

  /**
   * Makes the environments; they begin their first episodes with the first rollout.
   *
   * @param team threads; with more of them than environments, one for each environment is used
   */
  public Rollout(
      Task task,
      PolicyLayout policy,
      Kernels kernels,
      Team team,
      RolloutConfig config,
      SlabAllocator allocator) {
    int elements = task.spec().observationElements();
    if (policy.spec().actor().inputs() != elements
        || policy.spec().actions() != Networks.actions(task.spec())) {
      throw new IllegalArgumentException(
          "policy is for another task than " + task.spec().id() + ": " + policy.spec());
    }
    this.config = config;
    this.team = team;
    RolloutSlabs made = null;
    try {
      this.statistics =
          new RolloutStatistics(arena, config.numEnvs(), elements, policy.inputStride());
      made =
          new RolloutSlabs(
              task.spec(), config.numSteps(), config.numEnvs(), policy.inputStride(), allocator);
      this.slabs = made;
      boolean sharded = config.stepping() == Stepping.SHARDED;
      int together = config.policyOnDevice() ? PARTS : 1;
      int shards = sharded ? Math.min(team.size(), config.numEnvs()) : together;
      ShardOptions options =
          ShardOptions.DEFAULTS
              .withSimulationThreads(sharded ? 1 : team.size())
              .withEpisodeCapacity(Math.max(EpisodeStatistics.WINDOW, (int) config.envSteps()));
      for (int k = 0; k < shards; k++) {
        int from = Partition.start(config.numEnvs(), k, shards);
        int to = Partition.start(config.numEnvs(), k + 1, shards);
        var shard = new Shard(task, from, to - from, config.seed(), options);
        workers.add(new RolloutWorker(arena, config, slabs, statistics, policy, kernels, shard));
      }
    } catch (RuntimeException | Error e) {
      workers.forEach(RolloutWorker::close);
      if (made != null) {
        made.close();
      }
      arena.close();
      throw e;
    }
  }

  /** Sets the policy that computes actions. The rollout is configured for it, and has not begun. */
  public void answerBy(BatchPolicy policy) {
    batchPolicy = policy;
  }

  /** Collects one rollout into the slabs, and merges the statistics for the next. */
  public void collect(FloatSlab newParameters) {
    parameters = newParameters;
    begin();
    if (batchPolicy != null) {
      workInTurn();
    } else {
      team.run(work);
    }
    collected();
  }

  /** Before the first rollout, once: the first statistics, if there are to be some. */
  public void begin() {
    if (rollouts == 0 && config.seedingSteps() > 0) {
      if (batchPolicy != null) {
        workers.forEach(RolloutWorker::seed);
      } else {
        team.run(seeding);
      }
      merge(config.seedingSteps());
      statistics.discountedReturns().clear();
    }
  }

  /**
   * Within a run of the team, every member: collects its part of a rollout. The members then meet,
   * one of them calls {@link #collected}, and they meet again.
   *
   * @param newParameters to act by; a copy of each member's own will do
   */
  public void collect(int member, FloatSlab newParameters) {
    if (member >= workers.size()) {
      return;
    }
    RolloutWorker worker = workers.get(member);
    if (rollouts == 0) {
      worker.reset();
    } else {
      worker.carryOver();
    }
    worker.run(newParameters, rollouts * config.numSteps());
  }

  /** Once all parts of a rollout are there, one thread: merges the statistics for the next. */
  public void collected() {
    if (config.statsUpdate() == StatsUpdate.ROLLOUT) {
      merge(config.envSteps());
    }
    rollouts++;
  }

  /** Takes env steps into the statistics, and the observations that every first one began with. */
  private void merge(long envSteps) {
    long first = rollouts == 0 ? config.numEnvs() : 0;
    statistics.mergeObservations(config.normalizeObservations() ? envSteps + first : 0);
    statistics.mergeReturns(config.normalizeRewards() ? envSteps : 0);
  }

  private void seed(int member) {
    if (member < workers.size()) {
      workers.get(member).seed();
    }
  }

  private void work(int member) {
    collect(member, parameters);
  }

  /** Steps the parts in turn, each while the policy computes actions for the other. */
  private void workInTurn() {
    final long step = rollouts * config.numSteps();
    batchPolicy.begin();
    for (int part = 0; part < PARTS; part++) {
      RolloutWorker worker = workers.get(part);
      if (rollouts == 0) {
        worker.reset();
      } else {
        worker.carryOver();
      }
      worker.begin();
      batchPolicy.start(part, 0, step);
    }
    for (int t = 0; t < config.numSteps(); t++) {
      for (int part = 0; part < PARTS; part++) {
        workers.get(part).answerAndStep(batchPolicy, part, t);
        batchPolicy.start(part, t + 1, step + t + 1);
      }
    }
    for (int part = 0; part < PARTS; part++) {
      workers.get(part).finishValues(batchPolicy, part, parameters);
    }
  }

  /** Doubles of a saved state. */
  public long stateSize() {
    long environments = (long) config.numEnvs() * workers.getFirst().stateSizePerEnv();
    return 1 + statistics.stateSize() + environments;
  }

  /**
   * Writes all that a bit-equal continuation needs, [stateSize]; before the first rollout that is
   * nothing, and all zeros. The form does not depend on the number of threads.
   */
  public void saveState(DoubleSlab to) {
    Objects.checkFromIndexSize(0, stateSize(), to.length());
    if (rollouts == 0) {
      to.clear();
      return;
    }
    to.set(0, (double) rollouts);
    statistics.save(to, 1);
    for (RolloutWorker worker : workers) {
      worker.save(to, 1 + statistics.stateSize());
    }
  }

  /**
   * Reads what {@link #saveState} wrote, with any number of threads.
   *
   * @throws IllegalStateException if it is from before the first rollout, and this one has begun
   */
  public void restoreState(DoubleSlab from) {
    Objects.checkFromIndexSize(0, stateSize(), from.length());
    final long saved = (long) from.get(0);
    if (saved == 0) {
      if (rollouts > 0) {
        throw new IllegalStateException("cannot go back before the first of " + rollouts);
      }
      return;
    }
    rollouts = saved;
    statistics.restore(from, 1);
    for (RolloutWorker worker : workers) {
      worker.restore(from, 1 + statistics.stateSize());
    }
  }

  /**
   * Sets statistics of observations to those alone in what {@link #saveState} wrote, and freezes
   * them.
   */
  public static void observationStatistics(DoubleSlab from, RunningStatistics into) {
    DoubleSlab state = into.state();
    if (from.length() < 1 + state.length()) {
      throw new IllegalArgumentException("capacity=" + from.length() + " of a saved rollout");
    }
    if (from.get(0) == 0) {
      return; // before the first rollout there are none
    }
    for (long k = 0; k < state.length(); k++) {
      state.set(k, from.get(1 + k));
    }
    into.freeze();
  }

  /** The experience of the last rollout, overwritten by the next. */
  public RolloutSlabs slabs() {
    return slabs;
  }

  /** What normalises observations and rewards. */
  public RolloutStatistics statistics() {
    return statistics;
  }

  public RolloutConfig config() {
    return config;
  }

  @Override
  public List<Shard> shards() {
    return workers.stream().map(RolloutWorker::shard).toList();
  }

  @Override
  public List<StageClock> clocks() {
    return workers.stream().map(RolloutWorker::clock).toList();
  }

  @Override
  public int numEnvs() {
    return config.numEnvs();
  }

  @Override
  public int numSteps() {
    return config.numSteps();
  }

  @Override
  public boolean lockstep() {
    return config.stepping() == Stepping.LOCKSTEP;
  }

  @Override
  public void close() {
    workers.forEach(RolloutWorker::close);
    slabs.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
