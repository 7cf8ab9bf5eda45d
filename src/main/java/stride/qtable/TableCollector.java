package stride.qtable;

import java.lang.foreign.Arena;
import java.util.List;
import stride.collect.ActionRows;
import stride.collect.EpsilonGreedy;
import stride.env.ActionSpace;
import stride.env.EpisodeStatistics;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.learn.Collector;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/**
 * Steps all environments on one thread, with the actions that a table answers, and keeps the cells
 * that were left and reached. The owner closes it, which is idempotent.
 */
final class TableCollector implements Collector, AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Shard shard;
  private final Buckets buckets;
  private final EpsilonGreedy exploration;
  private final int numEnvs;
  private final int numSteps;
  private final int elements; // D
  private final StageClock clock = new StageClock();
  private final StepOutputs outputs;
  private final ActionRows actions; // [N]
  private final IntSlab reached; // [N] where the last step led, before any new episode
  private IntSlab left; // [N] where the last step began
  private IntSlab present; // [N] where the next step begins

  /**
   * Makes environments, and begins their first episodes.
   *
   * @param numSteps T, the steps of each environment in an iteration
   */
  TableCollector(Task task, Buckets buckets, int numEnvs, int numSteps, long seed) {
    this.buckets = buckets;
    this.numEnvs = numEnvs;
    this.numSteps = numSteps;
    this.elements = buckets.coordinates();
    int choices = ((ActionSpace.Discrete) task.spec().actionSpace()).n();
    this.exploration = new EpsilonGreedy(seed, choices);
    try {
      this.outputs = StepOutputs.allocate(arena, numEnvs, elements);
      this.actions = ActionRows.allocate(arena, task.spec().actionSpace(), numEnvs);
      this.left = IntSlab.allocate(arena, numEnvs);
      this.reached = IntSlab.allocate(arena, numEnvs);
      this.present = IntSlab.allocate(arena, numEnvs);
      ShardOptions options =
          ShardOptions.DEFAULTS.withEpisodeCapacity(Math.max(EpisodeStatistics.WINDOW, numEnvs));
      this.shard = new Shard(task, 0, numEnvs, seed, options);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
    shard.reset(outputs.obs(), 0, elements);
    findCells();
  }

  /**
   * Steps every environment once.
   *
   * @param table read
   * @param epsilon the share of actions that explore
   */
  void step(ValueTable table, double epsilon) {
    final IntSlab before = present;
    present = left;
    left = before;
    clock.start();
    act(table, epsilon);
    clock.lap(Stage.POLICY);
    shard.advance();
    clock.lap(Stage.PHYSICS);
    shard.score(outputs, 0);
    clock.lap(Stage.OBSERVE);
    shard.restart();
    clock.lap(Stage.RESET);
    shard.observe(outputs, 0);
    findCells();
    findReached();
    clock.lap(Stage.OBSERVE);
    clock.endStep();
  }

  private void act(ValueTable table, double epsilon) {
    final IntSlab choices = actions.choices();
    final long step = shard.steps();
    for (int env = 0; env < numEnvs; env++) {
      boolean explores = exploration.explores(epsilon, env, step);
      choices.set(env, explores ? exploration.choice() : table.best(left.get(env)));
    }
    actions.giveTo(shard, 0);
  }

  private void findCells() {
    final FloatSlab observations = outputs.floats(); // [N, D]
    for (int env = 0; env < numEnvs; env++) {
      present.set(env, buckets.cell(observations, (long) env * elements));
    }
  }

  /** Where an episode was truncated, the next one's first observation is not what was reached. */
  private void findReached() {
    final ByteSlab truncated = outputs.truncated();
    for (int env = 0; env < numEnvs; env++) {
      reached.set(
          env,
          truncated.get(env) == 0
              ? present.get(env)
              : buckets.cell(shard.terminalObservations(), (long) env * elements));
    }
  }

  /** The cell that the last step of an environment began in. */
  int left(int env) {
    return left.get(env);
  }

  /** The cell that it led to; any cell where it terminated or diverged. */
  int reached(int env) {
    return reached.get(env);
  }

  int action(int env) {
    return actions.choices().get(env);
  }

  /** Rewards and ends of the last step: [N]. */
  StepOutputs outputs() {
    return outputs;
  }

  /** What steps. */
  Shard shard() {
    return shard;
  }

  @Override
  public List<Shard> shards() {
    return List.of(shard);
  }

  @Override
  public List<StageClock> clocks() {
    return List.of(clock);
  }

  @Override
  public int numEnvs() {
    return numEnvs;
  }

  @Override
  public int numSteps() {
    return numSteps;
  }

  @Override
  public boolean lockstep() {
    return false;
  }

  /** Doubles of a saved state. */
  long stateSize() {
    return (long) numEnvs * shard.stateSize();
  }

  void saveState(DoubleSlab to) {
    shard.saveState(to, 0);
  }

  void restoreState(DoubleSlab from) {
    shard.restoreState(from, 0);
    shard.currentObservations(outputs.obs(), 0, elements);
    findCells();
  }

  @Override
  public void close() {
    shard.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
