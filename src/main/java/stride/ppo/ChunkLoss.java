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
 * to one thread.
 */
final class ChunkLoss implements AutoCloseable {
  private final PolicyLayout policy;
  private final UpdateConfig config;
  private final Kernels kernels;
  private final PpoKernels ppoKernels;
  private final Mlp actor;
  private final Mlp critic;
  private final TransposedLayout actorLayout;
  private final TransposedLayout criticLayout;
  private final StageClock clock = new StageClock();

  private final SlabBlock block;
  private final ChunkSlabs chunk;
  private final FloatSlab actorTransposed;
  private final FloatSlab criticTransposed;

  ChunkLoss(
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
    this.actorLayout = new TransposedLayout(policy.actor());
    this.criticLayout = new TransposedLayout(policy.critic());
    SlabPlan plan =
        new SlabPlan()
            .add("actor_transposed", ElementType.FLOAT, actorLayout.size())
            .add("critic_transposed", ElementType.FLOAT, criticLayout.size());
    ChunkSlabs.plan(plan, policy, chunkRows);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.chunk = ChunkSlabs.of(block, policy);
    this.actorTransposed = block.floats("actor_transposed");
    this.criticTransposed = block.floats("critic_transposed");
  }

  /** After the parameters were set: makes the backward pass see them. */
  void transpose(FloatSlab parameters) {
    actorLayout.update(kernels, parameters, actorTransposed);
    criticLayout.update(kernels, parameters, criticTransposed);
  }

  ChunkSlabs chunk() {
    return chunk;
  }

  /** Losses and gradients of the chunk's rows; every element of the gradients is overwritten. */
  void differentiate(FloatSlab parameters, int rows, float weight, FloatSlab chunkGradients) {
    final FloatSlab x = chunk.observations();
    actor.forward(parameters, x, 0, rows, chunk.actor());
    switch (policy.head()) {
      case ActionHead.Gaussian head ->
          ppoKernels.gaussianLoss(head, config, parameters, chunk, rows, weight, chunkGradients);
      case ActionHead.Categorical head ->
          ppoKernels.categoricalLoss(head, config, chunk, rows, weight);
    }
    clock.lap(Stage.FORWARD);
    actor.backward(
        actorLayout,
        actorTransposed,
        x,
        0,
        rows,
        chunk.actor(),
        chunk.actorGradients(),
        chunkGradients);
    clock.lap(Stage.BACKWARD);
    critic.forward(parameters, x, 0, rows, chunk.critic());
    ppoKernels.valueLoss(config, chunk, rows, weight);
    clock.lap(Stage.FORWARD);
    critic.backward(
        criticLayout,
        criticTransposed,
        x,
        0,
        rows,
        chunk.critic(),
        chunk.criticGradients(),
        chunkGradients);
    clock.lap(Stage.BACKWARD);
  }

  StageClock clock() {
    return clock;
  }

  /** Leaves a chunk's sums in a slot. */
  void writeSums(int rows, DoubleSlab sums, long slot) {
    LossSums.write(chunk, rows, config.clipCoef(), sums, slot);
  }

  @Override
  public void close() {
    block.close();
  }
}
