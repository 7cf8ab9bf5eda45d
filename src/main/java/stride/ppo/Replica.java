package stride.ppo;

import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.DoubleSlab;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Adam;
import stride.nn.CategoricalHead;
import stride.nn.GaussianHead;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
import stride.nn.Mlp;
import stride.nn.PolicyLayout;
import stride.nn.TransposedLayout;
import stride.optim.HalvedSum;

/**
 * One thread's own copy of the parameters and of Adam's moments, with what it needs to compute
 * gradients of chunks.
 *
 * <p>All threads add up the same gradients and take the same step: two cores hand a cache line over
 * so slowly that sharing the result would cost more. Owns its memory. Belongs to one thread.
 */
final class Replica implements AutoCloseable {
  private final PolicyLayout policy;
  private final UpdateConfig config;
  private final Kernels kernels;
  private final PpoKernels ppoKernels;
  private final Mlp actor;
  private final Mlp critic;
  private final TransposedLayout actorLayout;
  private final TransposedLayout criticLayout;
  private final Adam adam;
  private final StageClock clock = new StageClock();

  private final SlabBlock block;
  private final ChunkSlabs chunk;
  private final FloatSlab parameters; // [P]
  private final FloatSlab means; // [P]
  private final FloatSlab squares; // [P]
  private final FloatSlab gradients; // [P], summed over chunks
  private final FloatSlab spare; // [P]
  private final FloatSlab actorTransposed;
  private final FloatSlab criticTransposed;
  private final FloatSlab lanes; // [16]

  Replica(
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
    this.adam = new Adam(config.adamEps());
    SlabPlan plan =
        new SlabPlan()
            .add("parameters", ElementType.FLOAT, policy.size())
            .add("means", ElementType.FLOAT, policy.size())
            .add("squares", ElementType.FLOAT, policy.size())
            .add("gradients", ElementType.FLOAT, policy.size())
            .add("spare", ElementType.FLOAT, policy.size())
            .add("actor_transposed", ElementType.FLOAT, actorLayout.size())
            .add("critic_transposed", ElementType.FLOAT, criticLayout.size())
            .add("lanes", ElementType.FLOAT, LinearLayout.ALIGNMENT);
    ChunkSlabs.plan(plan, policy, chunkRows);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.chunk = ChunkSlabs.of(block, policy);
    this.parameters = block.floats("parameters");
    this.means = block.floats("means");
    this.squares = block.floats("squares");
    this.gradients = block.floats("gradients");
    this.spare = block.floats("spare");
    this.actorTransposed = block.floats("actor_transposed");
    this.criticTransposed = block.floats("critic_transposed");
    this.lanes = block.floats("lanes");
  }

  /** Takes over another's parameters and moments. */
  void copyFrom(Replica other) {
    if (other != this) {
      parameters.copyFrom(other.parameters);
      means.copyFrom(other.means);
      squares.copyFrom(other.squares);
    }
  }

  /** After the parameters were set: makes the backward pass see them. */
  void transpose() {
    actorLayout.update(kernels, parameters, actorTransposed);
    criticLayout.update(kernels, parameters, criticTransposed);
  }

  ChunkSlabs chunk() {
    return chunk;
  }

  /** Losses and gradients of the chunk's rows; every element of the gradients is overwritten. */
  void differentiate(int rows, float weight, FloatSlab chunkGradients) {
    final FloatSlab x = chunk.observations();
    actor.forward(parameters, x, 0, rows, chunk.actor());
    switch (policy.head()) {
      case GaussianHead head ->
          ppoKernels.gaussianLoss(head, config, parameters, chunk, rows, weight, chunkGradients);
      case CategoricalHead head -> ppoKernels.categoricalLoss(head, config, chunk, rows, weight);
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

  /** Adds up the gradients of a minibatch's chunks; returns the norm of the sum. */
  double reduce(HalvedSum sum, FloatSlab[] chunkGradients, int firstChunk, int chunks) {
    sum.all(chunkGradients, firstChunk, chunks, gradients, spare);
    return Math.sqrt(kernels.sumOfSquares(gradients, lanes));
  }

  /** Clips the norm and takes a step. */
  void step(long number, double learningRate, double norm) {
    // as torch.nn.utils.clip_grad_norm_ has it
    double scale = Math.min(1, config.maxGradNorm() / (norm + 1e-6));
    adam.prepare(number, learningRate, scale);
    kernels.adam(adam, parameters, gradients, means, squares, 0, policy.size());
    transpose();
  }

  /** Whether all parameters are finite. */
  boolean finite() {
    return Double.isFinite(kernels.sumOfSquares(parameters, lanes));
  }

  FloatSlab parameters() {
    return parameters;
  }

  FloatSlab means() {
    return means;
  }

  FloatSlab squares() {
    return squares;
  }

  FloatSlab gradients() {
    return gradients;
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
