package stride.bench;

import java.util.List;
import stride.dqn.DqnKernels;
import stride.dqn.TdLoss;
import stride.dqn.cpu.CpuDqnKernels;
import stride.env.EnvSpec;
import stride.learn.Backends;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Initialization;
import stride.nn.Kernels;
import stride.nn.LayerOutputs;
import stride.nn.Mlp;
import stride.nn.QLayout;
import stride.nn.TransposedLayout;
import stride.optim.AdamOptimizer;
import stride.optim.GradientParts;
import stride.optim.ParameterCopy;
import stride.optim.TargetCopy;
import stride.replay.ReplayBatch;

/**
 * What DQN computes of a batch, whatever gathered it: layers of 120 and 84, the squared error,
 * Adam.
 *
 * <p>The learning rate is 0: all of it is computed, and every update starts from the same
 * parameters. Belongs to one thread, which closes it.
 */
final class BatchUpdate implements AutoCloseable {
  private static final long SEED = 1;
  private static final int ACTIONS = 2;
  private static final double ADAM_EPS = 1e-8;
  private static final int PARTS = 1;

  private final Kernels kernels = Backends.kernels(Backend.CPU);
  private final DqnKernels dqn = new CpuDqnKernels();
  private final int rows;
  private final Mlp mlp;
  private final TransposedLayout transposedLayout;
  private final ParameterCopy copy;
  private final TargetCopy target;
  private final GradientParts parts;
  private final SlabBlock block;
  private final FloatSlab transposed;
  private final FloatSlab weights; // [R] of 1
  private final FloatSlab targets; // [R]
  private final FloatSlab errors; // [R]
  private final FloatSlab losses; // [R]
  private final LayerOutputs next;
  private final LayerOutputs outputs;
  private final LayerOutputs gradients;
  private long number;

  /** An update from batches of so many rows. */
  BatchUpdate(EnvSpec spec, int rows) {
    final var layout =
        new QLayout(spec.observationElements(), List.of(120, 84), ACTIONS, false, Activation.RELU);
    this.rows = rows;
    this.mlp = new Mlp(layout.mlp(), kernels);
    this.transposedLayout = new TransposedLayout(layout.mlp());
    this.copy =
        new ParameterCopy(
            layout.size(), kernels, new AdamOptimizer(ADAM_EPS, false), Double.POSITIVE_INFINITY);
    this.target = TargetCopy.of(layout.size(), kernels);
    this.parts = new GradientParts(layout.size(), PARTS, kernels, /* threads= */ 1);
    final SlabPlan plan =
        new SlabPlan()
            .add("transposed", ElementType.FLOAT, transposedLayout.size())
            .add("weights", ElementType.FLOAT, rows)
            .add("targets", ElementType.FLOAT, rows)
            .add("errors", ElementType.FLOAT, rows)
            .add("losses", ElementType.FLOAT, rows);
    LayerOutputs.plan(plan, "next", layout.mlp(), rows);
    LayerOutputs.plan(plan, "outputs", layout.mlp(), rows);
    LayerOutputs.plan(plan, "gradients", layout.mlp(), rows);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.transposed = block.floats("transposed");
    this.weights = block.floats("weights");
    this.targets = block.floats("targets");
    this.errors = block.floats("errors");
    this.losses = block.floats("losses");
    this.next = new LayerOutputs(block, "next", layout.mlp());
    this.outputs = new LayerOutputs(block, "outputs", layout.mlp());
    this.gradients = new LayerOutputs(block, "gradients", layout.mlp());
    weights.fill(1);
    layout.initialize(copy.parameters(), SEED, Initialization.UNIFORM);
    layout.initialize(target.parameters(), SEED + 1, Initialization.UNIFORM);
  }

  /** Targets, losses, gradients and a step, of a batch of all rows. */
  void learn(ReplayBatch batch) {
    final FloatSlab parameters = copy.parameters();
    transposedLayout.update(kernels, parameters, transposed);
    final FloatSlab seenThen = batch.nextObservations();
    final FloatSlab values = mlp.forward(target.parameters(), seenThen, 0, rows, next);
    dqn.targets(ACTIONS, values, values, batch.rewards(), batch.discounts(), targets, rows);
    final FloatSlab seen = batch.observations();
    dqn.loss(
        TdLoss.MSE,
        ACTIONS,
        mlp.forward(parameters, seen, 0, rows, outputs),
        batch.actions().choices(),
        targets,
        weights,
        /* at= */ 0,
        1f / rows,
        gradients.last(),
        errors,
        losses,
        rows);
    final FloatSlab slot = parts.slot(parts.firstSlot(number));
    mlp.backward(transposedLayout, transposed, seen, 0, rows, outputs, gradients, slot);
    parts.own(number, PARTS, 0, PARTS);
    final double norm = copy.reduce(parts, number, PARTS);
    number++;
    copy.step(number, /* learningRate= */ 0, norm);
  }

  /** The last batch's gradients, live. */
  FloatSlab gradients() {
    return copy.gradients();
  }

  @Override
  public void close() {
    block.close();
    parts.close();
    target.close();
    copy.close();
  }
}
