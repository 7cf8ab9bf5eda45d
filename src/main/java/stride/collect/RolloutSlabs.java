package stride.collect;

import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.memory.ByteSlab;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/**
 * The experience of one rollout: one page-aligned allocation, so that it can go to a device in one
 * transfer.
 *
 * <p>Row {@code t * N + n} is step t of environment n. {@code D'} is the row length of
 * observations, D rounded up to a multiple of 4, padding 0.
 *
 * <p>A truncated episode bootstraps with the value of its terminal observation, which no other slab
 * holds since row t + 1 is the next episode's. As an episode is truncated after a fixed number of
 * steps, an environment truncates at most K times in a rollout: that many observations are kept for
 * each.
 */
public final class RolloutSlabs implements AutoCloseable {
  private final SlabBlock block;
  private final int truncationsPerEnv;

  private final FloatSlab observations; // [T + 1, N, D']
  private final ActionRows actions; // [T, N, A]
  private final FloatSlab logProbs; // [T, N]
  private final FloatSlab values; // [T + 1, N]
  private final FloatSlab rewards; // [T, N]
  private final ByteSlab terminated; // [T, N]
  private final ByteSlab truncated; // [T, N]
  private final ByteSlab diverged; // [T, N]
  private final FloatSlab truncatedValues; // [T, N]
  private final FloatSlab truncatedObservations; // [N, K, D']
  private final IntSlab truncatedSteps; // [N, K]
  private final IntSlab truncations; // [N]

  public RolloutSlabs(
      EnvSpec spec, int numSteps, int numEnvs, int observationStride, SlabAllocator allocator) {
    final long t = numSteps;
    final long n = numEnvs;
    final boolean discrete = spec.actionSpace() instanceof ActionSpace.Discrete;
    this.truncationsPerEnv = (numSteps - 1) / spec.maxEpisodeSteps() + 1;
    final long k = truncationsPerEnv;
    this.block =
        new SlabPlan()
            .add("observations", ElementType.FLOAT, t + 1, n, observationStride)
            .add(
                "actions",
                discrete ? ElementType.INT : ElementType.FLOAT,
                t,
                n,
                spec.actionSpace().elements())
            .add("log_probs", ElementType.FLOAT, t, n)
            .add("values", ElementType.FLOAT, t + 1, n)
            .add("rewards", ElementType.FLOAT, t, n)
            .add("terminated", ElementType.BYTE, t, n)
            .add("truncated", ElementType.BYTE, t, n)
            .add("diverged", ElementType.BYTE, t, n)
            .add("truncated_values", ElementType.FLOAT, t, n)
            .add("truncated_observations", ElementType.FLOAT, n, k, observationStride)
            .add("truncated_steps", ElementType.INT, n, k)
            .add("truncations", ElementType.INT, n)
            .allocate(allocator);
    this.observations = block.floats("observations");
    this.actions =
        new ActionRows(
            discrete ? null : block.floats("actions"),
            discrete ? block.ints("actions") : null,
            spec.actionSpace().elements());
    this.logProbs = block.floats("log_probs");
    this.values = block.floats("values");
    this.rewards = block.floats("rewards");
    this.terminated = block.bytes("terminated");
    this.truncated = block.bytes("truncated");
    this.diverged = block.bytes("diverged");
    this.truncatedValues = block.floats("truncated_values");
    this.truncatedObservations = block.floats("truncated_observations");
    this.truncatedSteps = block.ints("truncated_steps");
    this.truncations = block.ints("truncations");
  }

  /** The owner of all slabs, for one transfer. */
  public SlabBlock block() {
    return block;
  }

  /** Whether actions are choices, in {@link #discreteActions}, or numbers, in {@link #actions}. */
  public boolean discrete() {
    return actions.discrete();
  }

  /**
   * What the policy saw: [T + 1, N, D'], normalised if configured. Row T is where the next rollout
   * begins.
   */
  public FloatSlab observations() {
    return observations;
  }

  /**
   * What a Gaussian policy drew, before clipping to the action space: [T, N, A], null for discrete
   * actions.
   */
  public FloatSlab actions() {
    return actions.real();
  }

  /** What a categorical policy drew: [T, N], null for continuous actions. */
  public IntSlab discreteActions() {
    return actions.choices();
  }

  /** What the policy drew, of either kind. */
  ActionRows actionRows() {
    return actions;
  }

  /** Log-probabilities of the actions: [T, N]. */
  public FloatSlab logProbs() {
    return logProbs;
  }

  /** The critic's values of the observations: [T + 1, N]. */
  public FloatSlab values() {
    return values;
  }

  /** [T, N], scaled and clipped if configured. */
  public FloatSlab rewards() {
    return rewards;
  }

  /** Where the task ended the episode: [T, N], 1 or 0. */
  public ByteSlab terminated() {
    return terminated;
  }

  /** Where the time limit ended the episode, and the task did not: [T, N], 1 or 0. */
  public ByteSlab truncated() {
    return truncated;
  }

  /**
   * Where the simulation went wrong, so that nothing is to be learnt from the transition: [T, N], 1
   * or 0.
   */
  public ByteSlab diverged() {
    return diverged;
  }

  /**
   * The critic's value of the terminal observation where an episode was truncated: [T, N],
   * meaningless elsewhere.
   */
  public FloatSlab truncatedValues() {
    return truncatedValues;
  }

  /**
   * Whether an episode ended at row {@code t * N + n}, for whatever reason, so that the
   * environment's next row belongs to another.
   */
  public boolean ended(long row) {
    return (terminated.get(row) | truncated.get(row) | diverged.get(row)) != 0;
  }

  /** Terminal observations of truncated episodes: [N, K, D']. */
  FloatSlab truncatedObservations() {
    return truncatedObservations;
  }

  /** The step of each truncation: [N, K]. */
  IntSlab truncatedSteps() {
    return truncatedSteps;
  }

  /** How many truncations there were: [N]. */
  IntSlab truncations() {
    return truncations;
  }

  /** K, the most truncations of an environment in a rollout. */
  int truncationsPerEnv() {
    return truncationsPerEnv;
  }

  @Override
  public void close() {
    block.close();
  }
}
