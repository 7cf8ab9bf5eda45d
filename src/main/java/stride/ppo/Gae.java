package stride.ppo;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import stride.collect.RolloutSlabs;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.parallel.Partition;
import stride.parallel.Team;

/**
 * Advantages and returns of a rollout; environments are shared among the team, 16 at a time, where
 * there are enough of them.
 *
 * <p>Driven by the thread that runs the team. Owns its results; closing is idempotent.
 */
public final class Gae implements AutoCloseable {
  // a cache line of each slab: threads never write to the same
  private static final int GRAIN = 16;
  // done in the time that waking the team takes
  private static final int FEW_ROWS = 1 << 16;

  private final RolloutSlabs rollout;
  private final PpoKernels kernels;
  private final Team team;
  private final GaeConfig config;
  private final ValueScale scale; // null where values are as they are
  private final SlabBlock block;
  private final FloatSlab advantages; // [T, N]
  private final FloatSlab returns; // [T, N]
  private final int envs;
  private final Team.Work work = this::work; // made once: a call allocates nothing

  /** Makes room for the results. */
  public Gae(RolloutSlabs rollout, PpoKernels kernels, Team team, GaeConfig config) {
    this.rollout = rollout;
    this.kernels = kernels;
    this.team = team;
    this.config = config;
    this.scale = config.normalizeValues() ? new ValueScale(rollout) : null;
    long steps = rollout.rewards().shape().dim(0);
    this.envs = Math.toIntExact(rollout.rewards().shape().dim(1));
    this.block =
        new SlabPlan()
            .add("advantages", ElementType.FLOAT, steps, envs)
            .add("returns", ElementType.FLOAT, steps, envs)
            .allocate(SlabAllocator.PAGES);
    this.advantages = block.floats("advantages");
    this.returns = block.floats("returns");
  }

  /** Computes advantages and returns of what the rollout holds now. */
  public void compute() {
    begin();
    if (envs <= GRAIN || advantages.length() <= FEW_ROWS) {
      kernels.gae(config, rollout, advantages, returns, 0, envs);
    } else {
      team.run(work);
    }
    end();
  }

  /** One thread, before the members compute theirs. */
  void begin() {
    if (scale != null) {
      scale.begin();
    }
  }

  /** One thread, after all members have computed theirs. */
  void end() {
    if (scale != null) {
      scale.end(advantages, returns);
    }
  }

  /** What a bit-equal continuation needs, live; empty where values are as they are. */
  SequencedMap<String, Slab> state() {
    SequencedMap<String, Slab> state = new LinkedHashMap<>();
    if (scale != null) {
      state.put("value_statistics", scale.state());
    }
    return state;
  }

  /** After the state was changed. */
  void restored() {
    if (scale != null) {
      scale.restored();
    }
  }

  private void work(int member) {
    compute(member);
  }

  /**
   * Within a run of the team, every member: computes those of its own environments, if values are
   * as they are; if not, between {@link #begin} and {@link #end}.
   */
  public void compute(int member) {
    int grains = Math.ceilDiv(envs, GRAIN);
    int from = GRAIN * Partition.start(grains, member, team.size());
    int to = Math.min(envs, GRAIN * Partition.start(grains, member + 1, team.size()));
    if (from < to) {
      kernels.gae(config, rollout, advantages, returns, from, to);
    }
  }

  /** How much better the actions were than the values expected: [T, N]. */
  public FloatSlab advantages() {
    return advantages;
  }

  /** What the values should have been: [T, N]. */
  public FloatSlab returns() {
    return returns;
  }

  @Override
  public void close() {
    if (scale != null) {
      scale.close();
    }
    block.close();
  }
}
