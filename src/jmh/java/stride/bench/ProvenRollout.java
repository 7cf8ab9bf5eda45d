package stride.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.env.Shard;
import stride.env.Task;
import stride.lab.profile.Limit;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.mujoco.Replay;
import stride.nn.Backend;
import stride.nn.KernelWarmUp;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.ppo.Ppo;

/**
 * One rollout that can be collected again and again, from the same warmed states with the same
 * random numbers, and that bare {@code mj_step} in C has been shown to agree with.
 *
 * <p>The policy is a fresh one, its noise the actions. Belongs to the thread that makes it, which
 * closes it.
 */
final class ProvenRollout implements AutoCloseable {
  private static final long SEED = 1;
  private static final int WARM_ROLLOUTS = 2;

  private final Arena arena = Arena.ofShared();
  private final Team team;
  private final Rollout rollout;
  private final Limit limit; // null: the task does not run on MuJoCo
  private final FloatSlab parameters;
  private final DoubleSlab warm; // [stateSize of the rollout]
  private final MemorySegment expected; // all slabs, after the rollout
  private final int episodes;

  /** A rollout to be collected: its kernels are compiled. */
  static ProvenRollout toCollect(Task task, int envs, int threads, Stepping stepping) {
    int rows = stepping == Stepping.SHARDED ? Math.ceilDiv(envs, threads) : envs;
    KernelWarmUp.run(Networks.of(task.spec()), Backends.kernels(Backend.CPU), rows);
    return new ProvenRollout(task, envs, threads, stepping);
  }

  /** A rollout to be replayed in C, each thread's environments on a thread of their own. */
  static ProvenRollout toReplay(Task task, int envs, int threads) {
    return new ProvenRollout(task, envs, threads, Stepping.SHARDED);
  }

  private ProvenRollout(Task task, int envs, int threads, Stepping stepping) {
    PolicyLayout policy = Networks.of(task.spec());
    var config = RolloutConfig.of(envs, Ppo.numSteps(envs), SEED, stepping);
    this.parameters = FloatSlab.allocate(arena, policy.size());
    policy.initialize(parameters, SEED);
    this.team = new Team(threads);
    this.rollout =
        new Rollout(task, policy, Backends.kernels(Backend.CPU), team, config, SlabAllocator.PAGES);
    this.limit = task.runsOnMujoco() ? new Limit(team, rollout.shards(), config.numSteps()) : null;
    this.warm = DoubleSlab.allocate(arena, rollout.stateSize());
    for (int k = 0; k < WARM_ROLLOUTS; k++) {
      rollout.collect(parameters);
    }
    rollout.saveState(warm);
    rewind();
    recordAndProve();
    this.expected = arena.allocate(slabs().byteSize(), SlabAllocator.PAGE).copyFrom(slabs());
    this.episodes = countEpisodes(rollout.shards());
    rewind();
  }

  private void recordAndProve() {
    if (limit == null) {
      rollout.collect(parameters);
      return;
    }
    limit.record();
    rollout.collect(parameters);
    for (Replay.Form form : Replay.Form.values()) {
      limit.replay(form);
    }
  }

  private static int countEpisodes(List<Shard> shards) {
    int sum = 0;
    for (Shard shard : shards) {
      sum += shard.finishedEpisodes().size();
    }
    return sum;
  }

  private MemorySegment slabs() {
    return rollout.slabs().block().memory();
  }

  /** Env steps of the rollout. */
  long envSteps() {
    return rollout.config().envSteps();
  }

  /** Episodes that end in the rollout. */
  int episodes() {
    return episodes;
  }

  /** Goes back to the warmed states. */
  void rewind() {
    rollout.restoreState(warm);
  }

  /** Collects the rollout. */
  void collect() {
    rollout.collect(parameters);
  }

  /** Does its physics alone, in C. */
  void replay(Replay.Form form) {
    limit.replay(form);
  }

  /** Shows that the last rollout collected is the one that was proved. */
  void requireSame() {
    long mismatch = expected.mismatch(slabs());
    if (mismatch >= 0) {
      throw new IllegalStateException("another rollout than the one proved, from byte " + mismatch);
    }
  }

  @Override
  public void close() {
    if (limit != null) {
      limit.close();
    }
    rollout.close();
    team.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
