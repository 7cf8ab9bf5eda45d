package stride.dqn;

import stride.env.EnvSpec;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.DoubleSlab;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.LayerOutputs;
import stride.nn.MlpLayout;
import stride.nn.TransposedLayout;
import stride.replay.ReplayBatch;

/**
 * Losses and gradients of one part of a batch after another, with the memory that they take.
 * Belongs to one thread.
 */
final class PartLoss implements AutoCloseable {
  /** Sums of a part: losses, and the values of the chosen actions. */
  static final int SUMS = 2;

  private final QNetwork network;
  private final TdLoss kind;
  private final boolean doubleQ;
  private final int actions;
  private final TransposedLayout transposedLayout;
  private final StageClock clock = new StageClock();

  private final ReplayBatch batch;
  private final SlabBlock block;
  private final FloatSlab transposed;
  private final LayerOutputs outputs; // of the observations
  private final LayerOutputs gradients;
  private final LayerOutputs nextOutputs; // of the target network, of the next observations
  private final LayerOutputs choosing; // of the learnt one; the same as nextOutputs if not double
  private final FloatSlab targets; // [R]
  private final FloatSlab losses; // [R]

  PartLoss(QNetwork network, EnvSpec spec, TdLoss kind, boolean doubleQ, int rows) {
    this.network = network;
    this.kind = kind;
    this.doubleQ = doubleQ;
    this.actions = network.layout().actions();
    final MlpLayout mlp = network.layout().mlp();
    this.transposedLayout = new TransposedLayout(mlp);
    SlabPlan plan =
        new SlabPlan()
            .add("transposed", ElementType.FLOAT, transposedLayout.size())
            .add("targets", ElementType.FLOAT, rows)
            .add("losses", ElementType.FLOAT, rows);
    LayerOutputs.plan(plan, "outputs", mlp, rows);
    LayerOutputs.plan(plan, "gradients", mlp, rows);
    LayerOutputs.plan(plan, "next", mlp, rows);
    if (doubleQ) {
      LayerOutputs.plan(plan, "choosing", mlp, rows);
    }
    this.batch = new ReplayBatch(spec, rows, SlabAllocator.PAGES);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.transposed = block.floats("transposed");
    this.targets = block.floats("targets");
    this.losses = block.floats("losses");
    this.outputs = new LayerOutputs(block, "outputs", mlp);
    this.gradients = new LayerOutputs(block, "gradients", mlp);
    this.nextOutputs = new LayerOutputs(block, "next", mlp);
    this.choosing = doubleQ ? new LayerOutputs(block, "choosing", mlp) : nextOutputs;
  }

  /** The rows of the part, to be gathered. */
  ReplayBatch batch() {
    return batch;
  }

  /** After the parameters were set: makes the backward pass see them. */
  void transpose(FloatSlab parameters) {
    transposedLayout.update(network.kernels(), parameters, transposed);
  }

  /** What the values of the part's rows are to become: [R]. */
  FloatSlab targets() {
    return targets;
  }

  /** The values of the part's rows: [R, outputStride]. */
  FloatSlab values() {
    return outputs.last();
  }

  StageClock clock() {
    return clock;
  }

  /** Computes what the values of the gathered rows are to become. */
  void aim(FloatSlab parameters, FloatSlab targetParameters, int rows) {
    final FloatSlab next = batch.nextObservations();
    network.values(targetParameters, next, 0, rows, nextOutputs);
    if (doubleQ) {
      network.values(parameters, next, 0, rows, choosing);
    }
    network
        .dqn()
        .targets(
            actions,
            nextOutputs.last(),
            choosing.last(),
            batch.rewards(),
            batch.discounts(),
            targets,
            rows);
    clock.lap(Stage.TARGET);
  }

  /**
   * Losses and gradients of the gathered rows.
   *
   * @param weights of the batch
   * @param at the part's first row in weights and errors
   * @param scale 1 / the rows of the batch
   * @param errors of the batch, overwritten
   * @param partGradients every element is overwritten
   */
  void differentiate(
      FloatSlab parameters,
      int rows,
      FloatSlab weights,
      long at,
      float scale,
      FloatSlab errors,
      FloatSlab partGradients) {
    final FloatSlab x = batch.observations();
    final FloatSlab values = network.values(parameters, x, 0, rows, outputs);
    final IntSlab choices = batch.actions().choices();
    network
        .dqn()
        .loss(
            kind,
            actions,
            values,
            choices,
            targets,
            weights,
            at,
            scale,
            gradients.last(),
            errors,
            losses,
            rows);
    clock.lap(Stage.FORWARD);
    network.backward(transposedLayout, transposed, x, rows, outputs, gradients, partGradients);
    clock.lap(Stage.BACKWARD);
  }

  /** Leaves a part's sums in a slot, added up in order. */
  void writeSums(int rows, DoubleSlab sums, long slot) {
    final FloatSlab values = outputs.last();
    final IntSlab choices = batch.actions().choices();
    final long stride = network.layout().mlp().outputStride();
    double loss = 0;
    double value = 0;
    for (int r = 0; r < rows; r++) {
      loss += losses.get(r);
      value += values.get(r * stride + choices.get(r));
    }
    sums.set(SUMS * slot, loss);
    sums.set(SUMS * slot + 1, value);
  }

  @Override
  public void close() {
    batch.close();
    block.close();
  }
}
