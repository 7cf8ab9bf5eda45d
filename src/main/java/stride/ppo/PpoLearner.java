package stride.ppo;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import stride.collect.Rollout;
import stride.env.EpisodeStatistics;
import stride.env.FinishedEpisodes;
import stride.env.Shard;
import stride.env.Task;
import stride.learn.Backends;
import stride.learn.Collector;
import stride.learn.Learner;
import stride.learn.Schedule;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.learn.StageSplit;
import stride.learn.UpdateMode;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.parallel.Team;

/**
 * PPO: rollout, advantages and update, in turn.
 *
 * <p>Owns the environments, the slabs and the parameters; the team is the caller's. Driven by the
 * thread that runs the team. Closing is idempotent.
 */
public final class PpoLearner implements Learner {
  private static final String EPISODES = "episodes";

  private final Task task;
  private final PolicyLayout policy;
  private final Backend backend;
  private final Team team;
  private final PpoConfig config;
  private final Arena arena = Arena.ofShared();
  private final Rollout rollout;
  private final PpoBackend learning;
  private final EpisodeStatistics episodes = new EpisodeStatistics();
  private final List<FinishedEpisodes> finished = new ArrayList<>();
  private final DoubleSlab simulators; // [rollout.stateSize]
  private final DoubleSlab window; // [EpisodeStatistics.stateSize]
  private final Schedule learningRate;
  private final StageSplit split;

  /**
   * Makes environments and initial parameters.
   *
   * @param policy layout of the actor-critic, of {@link PpoOptions#policy} for the same task
   * @param team outlives this object, which does not close it
   * @param config of {@link PpoOptions#config}
   * @param mode how a device does an update; ignored on the host
   * @throws IllegalArgumentException if the policy is for another task
   * @throws stride.nn.BackendUnavailableException if the backend cannot run here
   * @throws stride.env.MissingModelException if the task's model file is not there
   */
  public PpoLearner(
      Task task,
      PolicyLayout policy,
      Backend backend,
      Team team,
      PpoConfig config,
      UpdateMode mode) {
    this.task = task;
    this.policy = policy;
    this.backend = backend;
    this.team = team;
    this.config = config;
    this.learningRate = config.learningRate();
    this.split = new StageSplit(team::cpuNanos);
    Rollout made = null;
    PpoBackend owned = null;
    try {
      made =
          new Rollout(
              task, policy, Backends.kernels(backend), team, config.rollout(), SlabAllocator.PAGES);
      this.rollout = made;
      owned =
          PpoBackends.of(
              backend,
              rollout.slabs(),
              policy,
              team,
              config.gae(),
              config.update(),
              config.rollout().seed(),
              mode);
      this.learning = owned;
      if (config.rollout().policyOnDevice()) {
        rollout.answerBy(learning.policy(config.rollout()));
      }
      this.simulators = DoubleSlab.allocate(arena, rollout.stateSize());
      this.window = DoubleSlab.allocate(arena, EpisodeStatistics.stateSize());
    } catch (RuntimeException | Error e) {
      if (owned != null) {
        owned.close();
      }
      if (made != null) {
        made.close();
      }
      arena.close();
      throw e;
    }
    for (Shard shard : rollout.shards()) {
      finished.add(shard.finishedEpisodes());
    }
  }

  @Override
  public long envStepsPerIteration() {
    return config.rollout().envSteps();
  }

  @Override
  public long seedingSteps() {
    return config.rollout().seedingSteps();
  }

  @Override
  public void warmUp(double seconds) {
    WarmUp.run(task, policy, backend, team.size(), config, seconds);
  }

  @Override
  public void iterate(double progress) {
    split.begin();
    rollout.collect(learning.parameters());
    split.lap(Stage.ROLLOUT);
    episodes.merge(finished);
    split.start();
    learning.computeGae();
    split.lap(Stage.GAE);
    learning.update(learningRate.at(progress));
    split.lap(Stage.UPDATE);
  }

  @Override
  public StageSplit last() {
    return split;
  }

  @Override
  public Collector collector() {
    return rollout;
  }

  @Override
  public Iterable<StageClock> clocks() {
    List<StageClock> all = new ArrayList<>(rollout.clocks());
    all.addAll(updateClocks());
    return all;
  }

  @Override
  public List<StageClock> updateClocks() {
    return learning.clocks();
  }

  @Override
  public SequencedMap<String, Double> diagnostics() {
    return learning.diagnostics().tagged();
  }

  @Override
  public EpisodeStatistics episodes() {
    return episodes;
  }

  @Override
  public long divergences() {
    return rollout.shards().stream().mapToLong(Shard::divergences).sum();
  }

  /** The rollout, for measuring it alone or replaying it. The learner owns it. */
  public Rollout rollout() {
    return rollout;
  }

  /**
   * The policy and value parameters, for evaluation: [policy.size], read only. They are changed by
   * {@link #iterate} and gone with this object.
   */
  public FloatSlab parameters() {
    return learning.parameters();
  }

  @Override
  public Optional<String> note() {
    return learning.note();
  }

  @Override
  public SequencedMap<String, Slab> state() {
    rollout.saveState(simulators);
    episodes.saveState(window, 0);
    SequencedMap<String, Slab> state = new LinkedHashMap<>(learning.state());
    state.put(Rollout.STATE, simulators);
    state.put(EPISODES, window);
    return state;
  }

  @Override
  public void restore(Map<String, Slab> state) {
    Map<String, Slab> rest = new LinkedHashMap<>(state);
    DoubleSlab savedSimulators = take(rest, Rollout.STATE, simulators);
    DoubleSlab savedWindow = take(rest, EPISODES, window);
    learning.restore(rest);
    rollout.restoreState(savedSimulators);
    episodes.restoreState(savedWindow, 0);
  }

  private static DoubleSlab take(Map<String, Slab> state, String name, DoubleSlab like) {
    if (state.remove(name) instanceof DoubleSlab slab && slab.shape().equals(like.shape())) {
      return slab;
    }
    throw new IllegalArgumentException(
        "no slab " + name + like.shape() + " of doubles in the state");
  }

  @Override
  public void close() {
    learning.close();
    rollout.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
