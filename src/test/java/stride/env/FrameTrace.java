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

/** What environments whose observations are frames do over T steps of random actions. */
final class FrameTrace implements AutoCloseable {
  final Arena arena = Arena.ofShared();
  final Task task;
  final int horizon; // T
  final int envs; // N
  final int stride; // bytes of a row, more than there are pixels
  final ByteSlab frames; // [T + 1, N, stride]
  final ByteSlab lasts; // [T, N, pixels] terminal frames
  final FloatSlab rewards; // [T, N]
  final ByteSlab terminated; // [T, N]
  final ByteSlab truncated; // [T, N]
  final StepOutputs out;
  final IntSlab choices; // [T, N]
  private final int pixels;

  FrameTrace(Task task, int horizon, int envs, long firstStep) {
    this.task = task;
    this.horizon = horizon;
    this.envs = envs;
    this.pixels = task.spec().observationElements();
    this.stride = pixels + 3;
    this.frames = ByteSlab.allocate(arena, horizon + 1, envs, stride);
    this.lasts = ByteSlab.allocate(arena, horizon, envs, pixels);
    this.rewards = FloatSlab.allocate(arena, horizon, envs);
    this.terminated = ByteSlab.allocate(arena, horizon, envs);
    this.truncated = ByteSlab.allocate(arena, horizon, envs);
    ByteSlab diverged = ByteSlab.allocate(arena, horizon, envs);
    this.out = new StepOutputs(frames, stride, rewards, terminated, truncated, diverged);
    this.choices = IntSlab.allocate(arena, horizon, envs);
    int actions = ((ActionSpace.Discrete) task.spec().actionSpace()).n();
    RandomStream random = new RandomStream(Harness.ACTION_SEED, Purpose.BENCHMARK);
    for (int t = 0; t < horizon; t++) {
      for (int env = 0; env < envs; env++) {
        random.seek(env, (firstStep + t) / 3); // held for a while, so that something happens
        choices.set((long) t * envs + env, random.nextInt(actions));
      }
    }
  }

  /** Shards of nearly equal size. */
  List<Shard> split(int shards, long seed) {
    return Trace.split(task, envs, shards, seed, ShardOptions.DEFAULTS);
  }

  void begin(Shard shard) {
    shard.reset(frames, (long) shard.firstEnv() * stride, stride);
  }

  void resume(Shard shard) {
    shard.currentObservations(frames, (long) shard.firstEnv() * stride, stride);
  }

  void run(Shard shard) {
    for (int t = 0; t < horizon; t++) {
      long at = (long) t * envs + shard.firstEnv();
      shard.act(choices, at);
      shard.advance();
      shard.finish(out, (at + envs) * stride, at);
      for (int i = 0; i < shard.numEnvs(); i++) {
        if (ended(at + i)) {
          for (int k = 0; k < pixels; k++) {
            lasts.set((at + i) * pixels + k, shard.terminalFrames().get((long) i * pixels + k));
          }
        }
      }
    }
  }

  boolean ended(long row) {
    return (terminated.get(row) | truncated.get(row)) != 0;
  }

  byte[] frame(int t, int env) {
    return row(frames, ((long) t * envs + env) * stride);
  }

  byte[] last(int t, int env) {
    return row(lasts, ((long) t * envs + env) * pixels);
  }

  private byte[] row(ByteSlab slab, long at) {
    byte[] row = new byte[pixels];
    for (int k = 0; k < pixels; k++) {
      row[k] = slab.get(at + k);
    }
    return row;
  }

  boolean sameBits(FrameTrace other) {
    return frames.sameBits(other.frames)
        && lasts.sameBits(other.lasts)
        && rewards.sameBits(other.rewards)
        && terminated.sameBits(other.terminated)
        && truncated.sameBits(other.truncated);
  }

  /** The states of all environments, however they are dealt to shards. */
  DoubleSlab save(List<Shard> shards) {
    return Trace.save(arena, envs, shards);
  }

  /** Of the episodes that have finished, in order of size. */
  static List<Double> returns(List<Shard> shards) {
    List<Double> returns = new ArrayList<>();
    for (Shard shard : shards) {
      for (int k = 0; k < shard.finishedEpisodes().size(); k++) {
        returns.add(shard.finishedEpisodes().episodeReturn(k));
      }
    }
    returns.sort(null);
    return returns;
  }

  @Override
  public void close() {
    arena.close();
  }
}
