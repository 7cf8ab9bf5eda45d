package stride.env;

import java.lang.foreign.Arena;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * A shard with slabs for its outputs and random actions that depend on the global environment only.
 */
final class Harness implements AutoCloseable {
  static final long ACTION_SEED = 99;

  final Arena arena = Arena.ofShared();
  final Shard shard;
  final int n;
  final int d;
  final int a;
  final FloatSlab obs; // [n, D]
  final FloatSlab rewards; // [n]
  final ByteSlab terminated; // [n]
  final ByteSlab truncated; // [n]
  final ByteSlab diverged; // [n]
  final StepOutputs out;
  final FloatSlab actions; // [n, A]
  final IntSlab choices; // [n]
  private final boolean discrete;
  private final RandomStream random = new RandomStream(ACTION_SEED, Purpose.BENCHMARK);

  Harness(String task, int firstEnv, int numEnvs, long seed, ShardOptions options) {
    this.shard = new Shard(Tasks.of(task), firstEnv, numEnvs, seed, options);
    EnvSpec spec = shard.task().spec();
    this.n = numEnvs;
    this.d = spec.observationElements();
    this.a = spec.actionSpace().elements();
    this.discrete = spec.actionSpace() instanceof ActionSpace.Discrete;
    this.obs = FloatSlab.allocate(arena, n, d);
    this.rewards = FloatSlab.allocate(arena, n);
    this.terminated = ByteSlab.allocate(arena, n);
    this.truncated = ByteSlab.allocate(arena, n);
    this.diverged = ByteSlab.allocate(arena, n);
    this.out = new StepOutputs(obs, d, rewards, terminated, truncated, diverged);
    this.actions = FloatSlab.allocate(arena, n, a);
    this.choices = IntSlab.allocate(arena, n);
  }

  /** Options defaulted. */
  Harness(String task, int numEnvs) {
    this(task, 0, numEnvs, 1, ShardOptions.DEFAULTS);
  }

  /** The states, of a task whose observations are numbers. */
  DoubleRows rows() {
    return (DoubleRows) shard.rows();
  }

  void reset() {
    shard.reset(obs, 0, d);
  }

  /** Draws this step's actions; the odd one is beyond the bounds. */
  void drawActions() {
    for (int row = 0; row < n; row++) {
      random.seek(shard.firstEnv() + row, shard.steps());
      if (discrete) {
        choices.set(row, random.nextInt(2));
      } else {
        for (int k = 0; k < a; k++) {
          actions.set((long) row * a + k, (float) (0.5 * random.nextGaussian()));
        }
      }
    }
  }

  /** Hands the drawn actions over. */
  void act() {
    if (discrete) {
      shard.act(choices, 0);
    } else {
      shard.act(actions, 0);
    }
  }

  /** A whole step with random actions. */
  void step() {
    drawActions();
    act();
    shard.advance();
    shard.finish(out, 0, 0);
  }

  void steps(int count) {
    for (int t = 0; t < count; t++) {
      step();
    }
  }

  float[] obsRow(int row) {
    float[] values = new float[d];
    for (int k = 0; k < d; k++) {
      values[k] = obs.get((long) row * d + k);
    }
    return values;
  }

  /** The float of every stepped observation of a row. */
  float[] steppedRow(int row) {
    float[] values = new float[d];
    for (int k = 0; k < d; k++) {
      values[k] = (float) shard.observations().get((long) row * d + k);
    }
    return values;
  }

  float[] terminalRow(int row) {
    float[] values = new float[d];
    for (int k = 0; k < d; k++) {
      values[k] = shard.terminalObservations().get((long) row * d + k);
    }
    return values;
  }

  @Override
  public void close() {
    shard.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
