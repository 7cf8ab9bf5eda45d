package stride.ppo;

import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.DoubleSlab;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.ActionHead;
import stride.nn.Kernels;
import stride.nn.Mlp;
import stride.nn.PolicyLayout;
import stride.nn.TransposedLayout;

/**
 * Losses and gradients of one chunk of rows after another, with the memory that they take. Belongs
 * to one thread; the owner closes it.
 */
public final class ChunkLoss implements AutoCloseable {
  private final PolicyLayout policy;
  private final Kernels kernels;
  private final PpoKernels ppoKernels;
  private final Mlp actor;
  private final Mlp critic;
  private final TransposedLayout actorLayout;
  private final TransposedLayout criticLayout;
  private final Mlp trunk; // null: actor and critic are apart
  private final TransposedLayout trunkLayout;
  private final StageClock clock = new StageClock();

  private final SlabBlock block;
  private final ChunkSlabs chunk;
  private final FloatSlab actorTransposed;
  private final FloatSlab criticTransposed;
  private final FloatSlab trunkTransposed;
  private UpdateConfig config;

  /**
   * Makes room for a chunk.
   *
   * @param chunkRows the most rows that it has
   */
  public ChunkLoss(
      PolicyLayout policy,
      UpdateConfig config,
      Kernels kernels,
      PpoKernels ppoKernels,
      int chunkRows) {
    this.policy = policy;
    this.config = config;
    this.kernels = kernels;
    this.ppoKernels = ppoKernels;
    this.actor = new Mlp(policy.actor(), kernels);
    this.critic = new Mlp(policy.critic(), kernels);
    this.actorLayout = TransposedLayout.of(policy.actor());
    this.criticLayout = TransposedLayout.of(policy.critic());
    final boolean shared = policy.trunk() != null;
    this.trunk = shared ? new Mlp(policy.trunk(), kernels) : null;
    this.trunkLayout = shared ? TransposedLayout.of(policy.trunk()) : null;
    SlabPlan plan =
        new SlabPlan()
            .add("actor_transposed", ElementType.FLOAT, actorLayout.size())
            .add("critic_transposed", ElementType.FLOAT, criticLayout.size());
    if (shared) {
      plan.add("trunk_transposed", ElementType.FLOAT, trunkLayout.size());
    }
    ChunkSlabs.plan(plan, policy, chunkRows);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.chunk = ChunkSlabs.of(block, policy);
    this.actorTransposed = block.floats("actor_transposed");
    this.criticTransposed = block.floats("critic_transposed");
    this.trunkTransposed = shared ? block.floats("trunk_transposed") : null;
  }

  /** Changes the weight of the entropy bonus in the losses to come. */
  public void entCoef(double entCoef) {
    if (entCoef != config.entCoef()) {
      config = config.withEntCoef(entCoef);
    }
  }

  /** After the parameters were set: makes the backward pass see them. */
  public void transpose(FloatSlab parameters) {
    actorLayout.update(kernels, parameters, actorTransposed);
    criticLayout.update(kernels, parameters, criticTransposed);
    if (trunk != null) {
      trunkLayout.update(kernels, parameters, trunkTransposed);
    }
  }

  /** The rows, to be filled. */
  public ChunkSlabs chunk() {
    return chunk;
  }

  /** Losses and gradients of the chunk's rows; every element of the gradients is overwritten. */
  void differentiate(FloatSlab parameters, int rows, float weight, FloatSlab chunkGradients) {
    if (trunk != null) {
      differentiateShared(parameters, rows, weight, chunkGradients);
      return;
    }
    actor.forward(parameters, chunk.observations(), 0, rows, chunk.actor());
    policyLoss(parameters, rows, weight, chunkGradients);
    clock.lap(Stage.FORWARD);
    actorBackward(rows, chunkGradients);
    valuesApart(parameters, rows, weight, chunkGradients);
  }

  /**
   * The policy's loss and gradients as if its rows had been drawn just now: whatever their old
   * log-probabilities were, they become those of the parameters, and every ratio is 1. All of the
   * actor's gradients are overwritten, and none of the critic's.
   *
   * @throws IllegalStateException if both share their hidden layers
   */
  public void differentiateAfresh(
      FloatSlab parameters, int rows, float weight, FloatSlab chunkGradients) {
    requireApart();
    actor.forward(parameters, chunk.observations(), 0, rows, chunk.actor());
    chunk.oldLogProbs().clear();
    policyLoss(parameters, rows, weight, chunkGradients);
    chunk.oldLogProbs().copyFrom(chunk.logRatios());
    policyLoss(parameters, rows, weight, chunkGradients);
    clock.lap(Stage.FORWARD);
    actorBackward(rows, chunkGradients);
  }

  private void policyLoss(FloatSlab parameters, int rows, float weight, FloatSlab chunkGradients) {
    switch (policy.head()) {
      case ActionHead.Gaussian head ->
          ppoKernels.gaussianLoss(head, config, parameters, chunk, rows, weight, chunkGradients);
      case ActionHead.Categorical head ->
          ppoKernels.categoricalLoss(head, config, chunk, rows, weight);
    }
  }

  private void actorBackward(int rows, FloatSlab chunkGradients) {
    actor.backward(
        actorLayout,
        actorTransposed,
        chunk.observations(),
        0,
        rows,
        chunk.actor(),
        chunk.actorGradients(),
        chunkGradients);
    clock.lap(Stage.BACKWARD);
  }

  /**
   * The values of the chunk's observations.
   *
   * @return overwritten by the next call: [rows, stride of the critic's outputs], first column
   * @throws IllegalStateException if actor and critic share their hidden layers
   */
  public FloatSlab values(FloatSlab parameters, int rows) {
    requireApart();
    return critic.forward(parameters, chunk.observations(), 0, rows, chunk.critic());
  }

  /**
   * The values' loss and gradients; all of the critic's gradients are overwritten, no others.
   *
   * @throws IllegalStateException if actor and critic share their hidden layers
   */
  public void differentiateValues(
      FloatSlab parameters, int rows, float weight, FloatSlab chunkGradients) {
    requireApart();
    valuesApart(parameters, rows, weight, chunkGradients);
  }

  /** Hidden layers in common learn from both losses at once. */
  private void requireApart() {
    if (trunk != null) {
      throw new IllegalStateException(
          "actor and critic share their hidden layers, which learn from both losses at once");
    }
  }

  private void valuesApart(FloatSlab parameters, int rows, float weight, FloatSlab chunkGradients) {
    critic.forward(parameters, chunk.observations(), 0, rows, chunk.critic());
    ppoKernels.valueLoss(config, chunk, rows, weight);
    clock.lap(Stage.FORWARD);
    critic.backward(
        criticLayout,
        criticTransposed,
        chunk.observations(),
        0,
        rows,
        chunk.critic(),
        chunk.criticGradients(),
        chunkGradients);
    clock.lap(Stage.BACKWARD);
  }

  /** Through the trunk once: the gradient of what it puts out is that of both its readers. */
  private void differentiateShared(
      FloatSlab parameters, int rows, float weight, FloatSlab chunkGradients) {
    final FloatSlab x = chunk.observations();
    final ChunkSlabs.Trunk shared = chunk.trunk();
    final FloatSlab features = trunk.forward(parameters, x, 0, rows, shared.outputs());
    actor.forward(parameters, features, 0, rows, chunk.actor());
    policyLoss(parameters, rows, weight, chunkGradients);
    critic.forward(parameters, features, 0, rows, chunk.critic());
    ppoKernels.valueLoss(config, chunk, rows, weight);
    clock.lap(Stage.FORWARD);
    actor.backward(
        actorLayout,
        actorTransposed,
        features,
        0,
        rows,
        chunk.actor(),
        chunk.actorGradients(),
        chunkGradients,
        shared.ofActor());
    critic.backward(
        criticLayout,
        criticTransposed,
        features,
        0,
        rows,
        chunk.critic(),
        chunk.criticGradients(),
        chunkGradients,
        shared.ofCritic());
    kernels.add(shared.ofActor(), shared.ofCritic(), shared.gradients().last());
    trunk.backward(
        trunkLayout,
        trunkTransposed,
        x,
        0,
        rows,
        shared.outputs(),
        shared.gradients(),
        chunkGradients);
    clock.lap(Stage.BACKWARD);
  }

  /** Off until switched on. */
  public StageClock clock() {
    return clock;
  }

  /** Leaves a chunk's sums in a slot. */
  void writeSums(int rows, DoubleSlab sums, long slot) {
    LossSums.write(chunk, rows, config.clipCoef(), sums, slot);
  }

  /**
   * Leaves a chunk's sums in a slot after {@link #differentiateAfresh}: the policy's loss is {@code
   * - advantage log p}, since the surrogate is but the advantage where every ratio is 1.
   */
  public void writeSumsAfresh(int rows, DoubleSlab sums, long slot) {
    writeSums(rows, sums, slot);
    LossSums.writePolicyGradient(chunk, rows, sums, slot);
  }

  @Override
  public void close() {
    block.close();
  }
}
