package stride.collect;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.env.EpisodeStatistics;
import stride.env.FinishedEpisodes;
import stride.env.Shard;
import stride.learn.Collector;
import stride.learn.Learner;
import stride.learn.SavedState;
import stride.learn.StageClock;
import stride.learn.StageSplit;
import stride.memory.DoubleSlab;
import stride.memory.Slab;
import stride.parallel.Team;

/**
 * A learner that learns from rollouts and then forgets them.
 *
 * <p>Owns the rollout; the team is the caller's. Driven by the thread that runs the team. Closing
 * is idempotent.
 */
public abstract class OnPolicyLearner implements Learner {
  private static final String EPISODES = "episodes";

  private final Arena arena = Arena.ofShared();
  private final Rollout rollout;
  private final StageSplit split;
  private final EpisodeStatistics episodes = new EpisodeStatistics();
  private final List<FinishedEpisodes> finished;
  private final DoubleSlab simulators; // [rollout.stateSize]
  private final DoubleSlab window; // [EpisodeStatistics.stateSize]

  /**
   * Takes over a rollout.
   *
   * @param rollout that has not begun
   * @param team that it runs on
   */
  protected OnPolicyLearner(Rollout rollout, Team team) {
    this.rollout = rollout;
    this.split = new StageSplit(team::cpuNanos);
    this.finished = rollout.shards().stream().map(Shard::finishedEpisodes).toList();
    this.simulators = DoubleSlab.allocate(arena, rollout.stateSize());
    this.window = DoubleSlab.allocate(arena, EpisodeStatistics.stateSize());
  }

  /** What is learnt, for {@link #state}; live slabs. */
  protected abstract SequencedMap<String, Slab> learnt();

  /**
   * Goes on from what {@link #learnt} gave.
   *
   * @param state may hold more, which is left to others
   * @throws IllegalArgumentException if a slab is missing or of another shape; nothing is changed
   *     then
   */
  protected abstract void restoreLearnt(Map<String, Slab> state);

  /**
   * The episodes that ended in the rollout.
   *
   * @return those of each shard, until they are merged
   */
  protected List<FinishedEpisodes> finished() {
    return finished;
  }

  /** What collects; owned by the learner. */
  public Rollout rollout() {
    return rollout;
  }

  @Override
  public long envStepsPerIteration() {
    return rollout.config().envSteps();
  }

  @Override
  public long seedingSteps() {
    return rollout.config().seedingSteps();
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
  public EpisodeStatistics episodes() {
    return episodes;
  }

  @Override
  public long divergences() {
    return rollout.shards().stream().mapToLong(Shard::divergences).sum();
  }

  @Override
  public SequencedMap<String, Slab> state() {
    rollout.saveState(simulators);
    episodes.saveState(window, 0);
    SequencedMap<String, Slab> state = new LinkedHashMap<>(learnt());
    state.put(Rollout.STATE, simulators);
    state.put(EPISODES, window);
    return state;
  }

  @Override
  public void restore(Map<String, Slab> state) {
    DoubleSlab savedSimulators = SavedState.slab(state, Rollout.STATE, simulators);
    DoubleSlab savedWindow = SavedState.slab(state, EPISODES, window);
    restoreLearnt(state);
    rollout.restoreState(savedSimulators);
    episodes.restoreState(savedWindow, 0);
  }

  @Override
  public void close() {
    rollout.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
