package stride.qtable;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.collect.EpsilonGreedy;
import stride.env.ActionSpace;
import stride.env.EpisodeStatistics;
import stride.env.FinishedEpisodes;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.learn.Collector;
import stride.learn.EpsilonSchedule;
import stride.learn.Knob;
import stride.learn.Learner;
import stride.learn.NotFiniteException;
import stride.learn.SavedState;
import stride.learn.Schedule;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.learn.StageSplit;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.options.Range;
import stride.parallel.Team;
import stride.play.TrainingEvaluation;

/**
 * Q-learning on a table: every step of all environments is learnt from before the next.
 *
 * <p>Owns the environments and the table. Member 0 of the team does all the work.
 */
final class QTableLearner implements Learner {
  /** The name of the table in a state. */
  static final String TABLE = "parameters";

  private static final int EPSILON = 0;
  private static final int LEARNING_RATE = 1;
  private static final int KNOBS = 2;

  private final QTableOptions options;
  private final Task task;
  private final long seed;
  private final Team team;
  private final double gamma;
  private final EpsilonSchedule epsilons;
  private final Schedule learningRates;
  private final Arena arena = Arena.ofShared();
  private final ValueTable table;
  private final TableCollector collector;
  private final TablePolicy policy; // of evaluations
  private final TrainingEvaluation evaluation;
  private final EpisodeStatistics episodes = new EpisodeStatistics();
  private final List<FinishedEpisodes> finished;
  private final StageSplit split;
  private final Team.Work work = this::work; // made once: an iteration allocates nothing
  private final DoubleSlab knobs; // [2] as they were turned; NaN: as the schedules say
  private final DoubleSlab simulators; // [collector.stateSize]
  private final DoubleSlab window; // [EpisodeStatistics.stateSize]
  private double progress;
  private double errors; // of the last iteration: sum of their absolute values
  private long updates;
  private long updateNanos;
  private long evaluationNanos;

  /**
   * Makes environments, and a table of zeros.
   *
   * @param options checked
   * @param team outlives this object, which does not close it
   */
  QTableLearner(QTableOptions options, Task task, long seed, Team team) {
    this.options = options;
    this.task = task;
    this.seed = seed;
    this.team = team;
    this.gamma = options.gamma();
    this.epsilons = options.epsilon();
    this.learningRates = options.learningRates();
    this.split = new StageSplit(team::cpuNanos);
    final Buckets buckets = options.evenBuckets();
    final int actions = ((ActionSpace.Discrete) task.spec().actionSpace()).n();
    TrainingEvaluation made = null;
    try {
      FloatSlab values = FloatSlab.allocate(arena, buckets.cells(), actions);
      this.table = new ValueTable(values, actions);
      this.policy = new TablePolicy(table, buckets, new EpsilonGreedy(seed, actions), 0);
      this.knobs = DoubleSlab.allocate(arena, KNOBS);
      knobs.fill(Double.NaN);
      this.window = DoubleSlab.allocate(arena, EpisodeStatistics.stateSize());
      made =
          new TrainingEvaluation(
              task, options.evalEvery(), options.evalEpisodes(), values.shape(), seed);
      this.evaluation = made;
      this.collector =
          new TableCollector(task, buckets, options.numEnvs(), options.numSteps(), seed);
    } catch (RuntimeException | Error e) {
      if (made != null) {
        made.close();
      }
      arena.close();
      throw e;
    }
    this.finished = List.of(collector.shard().finishedEpisodes());
    this.simulators = DoubleSlab.allocate(arena, collector.stateSize());
  }

  @Override
  public long envStepsPerIteration() {
    return (long) options.numEnvs() * options.numSteps();
  }

  @Override
  public long seedingSteps() {
    return 0;
  }

  /** Iterations of another learner: as many env steps as compile all that is in their loops. */
  @Override
  public void warmUp(double seconds) {
    final long enough = 500_000;
    final long start = System.nanoTime();
    try (Team alone = new Team(1);
        var other = new QTableLearner(options, task, seed, alone)) {
      long done = 0;
      while (done < enough && System.nanoTime() - start < seconds * 1e9) {
        other.iterate(0);
        done += other.envStepsPerIteration();
      }
    }
  }

  // ---- an iteration ----

  @Override
  public void iterate(double newProgress) {
    progress = newProgress;
    errors = 0;
    updates = 0;
    updateNanos = 0;
    evaluationNanos = 0;
    split.begin();
    final long cpu = team.cpuNanos();
    final long start = System.nanoTime();
    team.run(work);
    divide(System.nanoTime() - start, team.cpuNanos() - cpu);
    if (!Double.isFinite(errors)) {
      throw new NotFiniteException("the sum of temporal-difference errors is " + errors);
    }
  }

  /**
   * The stages take turns at every step: they share the processor time as they share the wall's.
   */
  private void divide(long wall, long cpu) {
    final double scale = (double) cpu / wall;
    split.add(
        Stage.ROLLOUT,
        wall - updateNanos - evaluationNanos,
        (long) (scale * (wall - updateNanos - evaluationNanos)));
    split.add(Stage.UPDATE, updateNanos, (long) (scale * updateNanos));
    if (evaluation.on()) {
      split.add(Stage.EVAL, evaluationNanos, (long) (scale * evaluationNanos));
    }
  }

  private void work(int member) {
    if (member > 0) {
      return; // one update may change what the next one reads
    }
    final double rate = learningRate();
    for (int t = 0; t < collector.numSteps(); t++) {
      collector.step(table, epsilon());
      final long before = System.nanoTime();
      learn(rate);
      episodes.merge(finished);
      final long after = System.nanoTime();
      updateNanos += after - before;
      if (evaluation.due(episodes.episodes())) {
        evaluation.play(episodes.episodes(), policy, table.values());
        evaluationNanos += System.nanoTime() - after;
      }
    }
  }

  /** Learns from the last step of all environments, in their order. */
  private void learn(double rate) {
    final StepOutputs outputs = collector.outputs();
    double sum = 0;
    int learnt = 0;
    for (int env = 0; env < collector.numEnvs(); env++) {
      if (outputs.diverged().get(env) != 0) {
        continue;
      }
      // a truncated episode would have gone on from where it ended
      final double future =
          outputs.terminated().get(env) != 0 ? 0 : gamma * table.most(collector.reached(env));
      final double target = outputs.rewards().get(env) + future;
      sum += Math.abs(table.learn(collector.left(env), collector.action(env), rate, target));
      learnt++;
    }
    errors += sum;
    updates += learnt;
  }

  /** As the schedule says for all environments' next step, or as it was turned. */
  private double epsilon() {
    final double turned = knobs.get(EPSILON);
    return Double.isNaN(turned)
        ? epsilons.at(collector.shard().steps() * options.numEnvs(), episodes.episodes())
        : turned;
  }

  private double learningRate() {
    final double turned = knobs.get(LEARNING_RATE);
    return Double.isNaN(turned) ? learningRates.at(progress) : turned;
  }

  // ---- what it was like ----

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
    return collector.clocks();
  }

  @Override
  public SequencedMap<String, Double> diagnostics() {
    SequencedMap<String, Double> diagnostics = new LinkedHashMap<>();
    diagnostics.put("losses/td_error", errors / updates);
    diagnostics.put("charts/epsilon", epsilon());
    diagnostics.put("charts/learning_rate", learningRate());
    diagnostics.putAll(evaluation.diagnostics());
    return diagnostics;
  }

  @Override
  public EpisodeStatistics episodes() {
    return episodes;
  }

  @Override
  public long divergences() {
    return collector.shard().divergences();
  }

  @Override
  public double judgedReturn() {
    return evaluation.on() ? evaluation.best() : episodes.returnMean();
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        new Knob("epsilon", Range.UNIT_INTERVAL, this::epsilon, to -> knobs.set(EPSILON, to)),
        new Knob(
            "learning_rate",
            Range.UNIT_INTERVAL,
            this::learningRate,
            to -> knobs.set(LEARNING_RATE, to)));
  }

  // ---- state ----

  @Override
  public SequencedMap<String, Slab> state() {
    collector.saveState(simulators);
    episodes.saveState(window, 0);
    return slabs();
  }

  private SequencedMap<String, Slab> slabs() {
    SequencedMap<String, Slab> slabs = new LinkedHashMap<>();
    slabs.put(TABLE, table.values());
    slabs.put("knobs", knobs);
    slabs.putAll(evaluation.state());
    slabs.put("rollout", simulators);
    slabs.put("episodes", window);
    return slabs;
  }

  @Override
  public void restore(Map<String, Slab> state) {
    SavedState.copy(slabs(), state);
    collector.restoreState(simulators);
    episodes.restoreState(window, 0);
  }

  @Override
  public void close() {
    collector.close();
    evaluation.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
