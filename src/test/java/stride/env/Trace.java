package stride.env;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/** All that N environments do over T steps of random actions, in slabs as a rollout has them. */
final class Trace implements AutoCloseable {
  final Arena arena = Arena.ofShared();
  final Task task;
  final int horizon; // T
  final int envs; // N
  final int stride; // floats of an observation row, padded
  final FloatSlab obs; // [T + 1, N, stride]
  final FloatSlab rewards; // [T, N]
  final ByteSlab terminated; // [T, N]
  final ByteSlab truncated; // [T, N]
  final ByteSlab diverged; // [T, N]
  final StepOutputs out;
  final FloatSlab actions; // [T, N, A]
  final IntSlab choices; // [T, N]

  Trace(String task, int horizon, int envs, long firstStep) {
    this.task = Tasks.of(task);
    this.horizon = horizon;
    this.envs = envs;
    EnvSpec spec = this.task.spec();
    this.stride = spec.observationElements() + 3;
    int a = spec.actionSpace().elements();
    this.obs = FloatSlab.allocate(arena, horizon + 1, envs, stride);
    this.rewards = FloatSlab.allocate(arena, horizon, envs);
    this.terminated = ByteSlab.allocate(arena, horizon, envs);
    this.truncated = ByteSlab.allocate(arena, horizon, envs);
    this.diverged = ByteSlab.allocate(arena, horizon, envs);
    this.out = new StepOutputs(obs, stride, rewards, terminated, truncated, diverged);
    this.actions = FloatSlab.allocate(arena, horizon, envs, a);
    this.choices = IntSlab.allocate(arena, horizon, envs);
    RandomStream random = new RandomStream(Harness.ACTION_SEED, Purpose.BENCHMARK);
    for (int t = 0; t < horizon; t++) {
      for (int env = 0; env < envs; env++) {
        random.seek(env, firstStep + t);
        choices.set((long) t * envs + env, random.nextInt(2));
        for (int k = 0; k < a; k++) {
          actions.set(((long) t * envs + env) * a + k, (float) (0.5 * random.nextGaussian()));
        }
      }
    }
  }

  /** Shards of nearly equal size. */
  static List<Shard> split(Task task, int envs, int shards, long seed, ShardOptions options) {
    List<Shard> split = new ArrayList<>();
    for (int k = 0; k < shards; k++) {
      int from = envs * k / shards;
      int to = envs * (k + 1) / shards;
      split.add(new Shard(task, from, to - from, seed, options));
    }
    return split;
  }

  void begin(Shard shard) {
    shard.reset(obs, (long) shard.firstEnv() * stride, stride);
  }

  void resume(Shard shard) {
    shard.currentObservations(obs, (long) shard.firstEnv() * stride, stride);
  }

  /** Runs a shard through the whole horizon, not meeting the others. */
  void run(Shard shard) {
    final int a = task.spec().actionSpace().elements();
    for (int t = 0; t < horizon; t++) {
      long at = (long) t * envs + shard.firstEnv();
      if (task.spec().actionSpace() instanceof ActionSpace.Discrete) {
        shard.act(choices, at);
      } else {
        shard.act(actions, at * a);
      }
      shard.advance();
      shard.finish(out, (at + envs) * stride, at);
    }
  }

  boolean sameBits(Trace other) {
    return obs.sameBits(other.obs)
        && rewards.sameBits(other.rewards)
        && terminated.sameBits(other.terminated)
        && truncated.sameBits(other.truncated)
        && diverged.sameBits(other.diverged);
  }

  static int count(ByteSlab flags) {
    int count = 0;
    for (byte flag : flags.toArray()) {
      count += flag;
    }
    return count;
  }

  /** The states of all environments, however they are dealt to shards. */
  DoubleSlab save(List<Shard> shards) {
    return save(arena, envs, shards);
  }

  static DoubleSlab save(Arena arena, int envs, List<Shard> shards) {
    int size = shards.getFirst().stateSize();
    DoubleSlab state = DoubleSlab.allocate(arena, envs, size);
    for (Shard shard : shards) {
      shard.saveState(state, (long) shard.firstEnv() * size);
    }
    return state;
  }

  @Override
  public void close() {
    arena.close();
  }
}
