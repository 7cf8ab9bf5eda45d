package stride.replay;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.DoubleConsumer;
import stride.env.EpisodeStatistics;
import stride.env.FinishedEpisodes;
import stride.env.Shard;
import stride.learn.Collector;
import stride.learn.Journal;
import stride.learn.Knob;
import stride.learn.Learner;
import stride.learn.SavedState;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.learn.StageSplit;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.parallel.Team;
import stride.play.Policy;
import stride.play.TrainingEvaluation;

/**
 * A learner that alternates: some steps of all environments into a memory, then updates from
 * samples of it, round after round.
 *
 * <pre>
 *   member 0 | own environments | barrier | count | barrier | update .. | barrier | own environments
 *   member 1 | own environments |         | wait  |         | update .. |         | own environments
 * </pre>
 *
 * <p>All rounds up to an evaluation are one run of the team. Owns what it is made of but the team;
 * driven by the thread that runs it. Closing is idempotent.
 */
public final class ReplayLearner implements Learner {
  private static final String COLLECTOR = "replay";
  private static final String EPISODES = "episodes";

  private final Arena arena = Arena.ofShared();
  private final ReplayMemory memory;
  private final ReplayCollector collector;
  private final ReplayUpdate update;
  private final TrainingEvaluation evaluation;
  private final Policy policy; // null where nothing is evaluated
  private final Team team;
  private final Rounds rounds;
  private final DoubleConsumer warmUp;
  private final StageSplit split;
  private final EpisodeStatistics episodes = new EpisodeStatistics();
  private final List<FinishedEpisodes> finished;
  private final DoubleSlab simulators; // [collector.stateSize]
  private final DoubleSlab window; // [EpisodeStatistics.stateSize]
  private final Team.Work work = this::work; // made once: a round allocates nothing

  // of the run of the team at work; written by member 0 while the others wait
  private double progress;
  private int roundsLeft;
  private boolean interrupted;
  private long lap;
  private long collecting;
  private long updating;

  /**
   * Takes over the parts, which begin their first step.
   *
   * @param memory that the collector fills and the update samples
   * @param collector of environments
   * @param update what learns
   * @param evaluation of the run; may have nothing to do
   * @param team that all of them work with
   * @param rounds how they alternate
   * @param warmUp runs all of it on throw-away data, for so many seconds at most
   */
  public ReplayLearner(
      ReplayMemory memory,
      ReplayCollector collector,
      ReplayUpdate update,
      TrainingEvaluation evaluation,
      Team team,
      Rounds rounds,
      DoubleConsumer warmUp) {
    this.memory = memory;
    this.collector = collector;
    this.update = update;
    this.evaluation = evaluation;
    this.policy = evaluation.on() ? update.policy() : null;
    this.team = team;
    this.rounds = rounds;
    this.warmUp = warmUp;
    this.split = new StageSplit(team::cpuNanos);
    this.finished = collector.shards().stream().map(Shard::finishedEpisodes).toList();
    this.simulators = DoubleSlab.allocate(arena, collector.stateSize());
    this.window = DoubleSlab.allocate(arena, EpisodeStatistics.stateSize());
  }

  @Override
  public long envStepsPerIteration() {
    return rounds.envStepsPerIteration();
  }

  @Override
  public long seedingSteps() {
    return 0;
  }

  @Override
  public void warmUp(double seconds) {
    warmUp.accept(seconds);
  }

  @Override
  public void iterate(double newProgress) {
    split.begin();
    progress = newProgress;
    roundsLeft = rounds.roundsPerIteration();
    while (roundsLeft > 0) {
      runTogether();
      if (interrupted) {
        split.start();
        evaluation.play(episodes.episodes(), policy, update.acting());
        split.lap(Stage.EVAL);
      }
    }
  }

  /** Rounds until an evaluation is due or the iteration ends. */
  private void runTogether() {
    interrupted = false;
    collecting = 0;
    updating = 0;
    final long cpuBefore = team.cpuNanos();
    team.run(work);
    // members wait for one another at work, so that each stage holds all of them for its wall time
    final long cpu = team.cpuNanos() - cpuBefore;
    final long ofCollecting = Math.round((double) cpu * collecting / (collecting + updating));
    split.add(Stage.ROLLOUT, collecting, ofCollecting);
    split.add(Stage.UPDATE, updating, cpu - ofCollecting);
  }

  private void work(int member) {
    collector.begin(member);
    update.begin(member);
    team.barrier(); // all have taken over the state
    if (member == 0) {
      lap = System.nanoTime();
    }
    while (roundsLeft > 0 && !interrupted) {
      round(member);
    }
  }

  private void round(int member) {
    final long before = memory.steps();
    final long after = before + rounds.stepsPerRound();
    collector.collect(member, update.acting(), episodes.episodes(), before, rounds.stepsPerRound());
    team.barrier();
    if (member == 0) {
      count(before, after);
    }
    team.barrier();
    if (rounds.learns(after)) {
      final long first = rounds.updatesBefore(before);
      for (int k = 0; k < rounds.updatesPerRound(); k++) {
        update.update(member, first + k, after, progress);
      }
      team.barrier(); // all have left the memory, and the parameters are whole
    }
    if (member == 0) {
      updating += lap();
    }
  }

  private void count(long before, long after) {
    memory.steps(after);
    update.collected(before, after);
    episodes.merge(finished);
    interrupted = evaluation.due(episodes.episodes());
    roundsLeft--;
    collecting += lap();
  }

  private long lap() {
    final long now = System.nanoTime();
    final long nanos = now - lap;
    lap = now;
    return nanos;
  }

  @Override
  public StageSplit last() {
    return split;
  }

  @Override
  public Collector collector() {
    return collector;
  }

  @Override
  public Iterable<StageClock> clocks() {
    List<StageClock> all = new ArrayList<>(collector.clocks());
    all.addAll(updateClocks());
    return all;
  }

  @Override
  public List<StageClock> updateClocks() {
    return update.clocks();
  }

  @Override
  public SequencedMap<String, Double> diagnostics() {
    SequencedMap<String, Double> all = new LinkedHashMap<>(update.diagnostics());
    all.putAll(evaluation.diagnostics());
    return all;
  }

  @Override
  public EpisodeStatistics episodes() {
    return episodes;
  }

  @Override
  public long divergences() {
    return collector.shards().stream().mapToLong(Shard::divergences).sum();
  }

  @Override
  public double judgedReturn() {
    return evaluation.on() ? evaluation.best() : episodes.returnMean();
  }

  @Override
  public List<Knob> knobs() {
    return update.knobs();
  }

  @Override
  public Optional<Journal> journal() {
    return Optional.of(collector.journal());
  }

  @Override
  public double flop() {
    long updates = (long) rounds.roundsPerIteration() * rounds.updatesPerRound();
    return updates * update.flopPerUpdate() + envStepsPerIteration() * update.flopPerAction();
  }

  @Override
  public SequencedMap<String, Slab> state() {
    collector.saveState(simulators);
    episodes.saveState(window, 0);
    SequencedMap<String, Slab> state = new LinkedHashMap<>(update.state());
    state.putAll(evaluation.state());
    state.put(COLLECTOR, simulators);
    state.put(EPISODES, window);
    return state;
  }

  @Override
  public void restore(Map<String, Slab> state) {
    DoubleSlab savedSimulators = SavedState.slab(state, COLLECTOR, simulators);
    DoubleSlab savedWindow = SavedState.slab(state, EPISODES, window);
    SavedState.copy(evaluation.state(), state);
    update.restore(state);
    collector.restoreState(savedSimulators);
    episodes.restoreState(savedWindow, 0);
  }

  @Override
  public void beginWith(FloatSlab parameters) {
    update.beginWith(parameters);
  }

  /** Closes what has been made of a learner that came to nothing; each part may be null. */
  public static void closeAll(
      TrainingEvaluation evaluation,
      ReplayUpdate update,
      ReplayCollector collector,
      ReplayMemory memory) {
    if (evaluation != null) {
      evaluation.close();
    }
    if (update != null) {
      update.close();
    }
    if (collector != null) {
      collector.close();
    }
    if (memory != null) {
      memory.close();
    }
  }

  @Override
  public void close() {
    if (policy != null) {
      policy.close();
    }
    closeAll(evaluation, update, collector, memory);
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
