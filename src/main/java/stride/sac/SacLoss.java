package stride.sac;

import java.lang.foreign.MemorySegment;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.LayerOutputs;
import stride.nn.MlpLayout;
import stride.nn.TransposedLayout;
import stride.random.Purpose;
import stride.replay.ReplayBatch;

/**
 * Losses and gradients of one part of a batch after another, with the memory that they take.
 * Belongs to one thread.
 *
 * <pre>
 *   aim       next observations -> actor -> actions -> target critics -> targets
 *   judge     observations, actions -> critics -> losses -> gradients of the critics
 *   improve   observations -> actor -> actions -> critics -> losses -> gradients of the actor
 *   temper    observations -> actor -> log-probabilities
 * </pre>
 */
final class SacLoss implements AutoCloseable {
  private final SacNetwork network;
  private final int observations; // D
  private final int inputStride; // of a critic's input
  private final StageClock clock = new StageClock();
  private final TransposedLayout transposedLayout;
  private final SlabBlock block;
  private final FloatSlab transposed; // the actor's weights
  private final LayerOutputs acted;
  private final LayerOutputs actedGradients;
  private final CriticPass first;
  private final CriticPass second;
  private final FloatSlab inputs; // [R, inputStride] of critics: observation, action
  private final FloatSlab targets; // [R]
  private final DrawnActions drawn;
  private final Noise noise;

  /**
   * Makes room.
   *
   * @param seed of the noise
   * @param rows the most of a part
   */
  SacLoss(SacNetwork network, long seed, int rows) {
    this.network = network;
    final MlpLayout actor = network.layout().actor();
    this.observations = actor.spec().inputs();
    this.inputStride = network.layout().q1().inputStride();
    this.transposedLayout = new TransposedLayout(actor);
    SlabPlan plan =
        new SlabPlan()
            .add("transposed", ElementType.FLOAT, transposedLayout.size())
            .add("inputs", ElementType.FLOAT, rows, inputStride)
            .add("targets", ElementType.FLOAT, rows);
    LayerOutputs.plan(plan, "acted", actor, rows);
    LayerOutputs.plan(plan, "acted_gradients", actor, rows);
    DrawnActions.plan(plan, "drawn", network.head(), rows);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.transposed = block.floats("transposed");
    this.inputs = block.floats("inputs");
    this.targets = block.floats("targets");
    this.acted = new LayerOutputs(block, "acted", actor);
    this.actedGradients = new LayerOutputs(block, "acted_gradients", actor);
    this.drawn = DrawnActions.of(block, "drawn");
    this.first = new CriticPass(network.q1(), network.target1(), network.kernels(), rows);
    this.second = new CriticPass(network.q2(), network.target2(), network.kernels(), rows);
    this.noise = new Noise(network.kernels(), seed, network.head().actions(), rows);
  }

  StageClock clock() {
    return clock;
  }

  /** After the actor has stepped: makes its way back see it. */
  void transposeActor(FloatSlab parameters) {
    transposedLayout.update(network.kernels(), parameters, transposed);
  }

  /** After the critics have stepped: makes their ways back see them. */
  void transposeCritics(FloatSlab parameters) {
    first.transpose(parameters);
    second.transpose(parameters);
  }

  /**
   * Computes what the critics' values of a part are to become, by actions drawn for the next
   * observations.
   *
   * @param parameters [network.size]
   * @param targetParameters [targets.size]
   * @param alpha the temperature
   * @param row number of the part's first row in the batch
   * @param update its number, from 0
   */
  void aim(
      FloatSlab parameters,
      FloatSlab targetParameters,
      float alpha,
      ReplayBatch batch,
      int row,
      int rows,
      long update) {
    draw(parameters, batch.nextObservations(), Purpose.TARGET_NOISE, row, rows, update);
    network
        .sac()
        .targets(
            alpha,
            first.targetValues(targetParameters, inputs, rows),
            second.targetValues(targetParameters, inputs, rows),
            drawn.logProbs(),
            batch.rewards(),
            batch.discounts(),
            targets,
            rows);
    clock.lap(Stage.TARGET);
  }

  /**
   * The critics' losses by the targets, and their gradients.
   *
   * @param scale 1 / the rows of the batch
   * @param partGradients [network.size]; those of both critics are overwritten
   */
  void judge(
      FloatSlab parameters, ReplayBatch batch, int rows, float scale, FloatSlab partGradients) {
    final int width = network.head().actions();
    copyObservations(batch.observations(), rows);
    copy(batch.actions().real().segment(), width, width, observations, rows);
    forward(first, parameters, scale, rows);
    forward(second, parameters, scale, rows);
    clock.lap(Stage.FORWARD);
    first.backward(inputs, rows, partGradients);
    second.backward(inputs, rows, partGradients);
    clock.lap(Stage.BACKWARD);
  }

  private void forward(CriticPass critic, FloatSlab parameters, float scale, int rows) {
    final FloatSlab values = critic.values(parameters, inputs, rows);
    network
        .sac()
        .criticLoss(values, targets, scale, critic.valueGradients(), critic.losses(), rows);
  }

  /**
   * The policy's losses and its gradients, by actions drawn anew that the critics judge.
   *
   * @param alpha the temperature
   * @param row number of the part's first row in the batch
   * @param scale 1 / the rows of the batch
   * @param position number of the draw, from 0
   * @param partGradients [network.size]; those of the actor are overwritten
   */
  void improve(
      FloatSlab parameters,
      float alpha,
      ReplayBatch batch,
      int row,
      int rows,
      float scale,
      long position,
      FloatSlab partGradients) {
    draw(parameters, batch.observations(), Purpose.POLICY_NOISE, row, rows, position);
    network
        .sac()
        .actorLoss(
            alpha,
            scale,
            first.values(parameters, inputs, rows),
            second.values(parameters, inputs, rows),
            drawn.logProbs(),
            first.valueGradients(),
            second.valueGradients(),
            first.losses(),
            rows);
    clock.lap(Stage.FORWARD);
    final FloatSlab inputGradients = first.inputGradients(rows);
    network.kernels().add(inputGradients, second.inputGradients(rows), inputGradients);
    network
        .sac()
        .actorGradient(
            network.head(),
            acted.last(),
            drawn,
            alpha,
            scale,
            inputGradients,
            observations,
            actedGradients.last(),
            rows);
    network
        .actor()
        .backward(
            transposedLayout,
            transposed,
            batch.observations(),
            0,
            rows,
            acted,
            actedGradients,
            partGradients);
    clock.lap(Stage.BACKWARD);
  }

  /**
   * Draws actions for nothing but their log-probabilities.
   *
   * @param row number of the part's first row in the batch
   * @param position number of the draw, from 0
   */
  void temper(FloatSlab parameters, ReplayBatch batch, int row, int rows, long position) {
    draw(parameters, batch.observations(), Purpose.POLICY_NOISE, row, rows, position);
    clock.lap(Stage.FORWARD);
  }

  /** The summed excess of the log-probabilities that were drawn last, as the kernels have it. */
  double excess(double targetEntropy, int rows) {
    return network.sac().excess(drawn.logProbs(), targetEntropy, rows);
  }

  /** Makes critics' inputs of observations and actions drawn for them. */
  private void draw(
      FloatSlab parameters, FloatSlab x, Purpose purpose, int row, int rows, long position) {
    final FloatSlab y = network.actor().forward(parameters, x, 0, rows, acted);
    copyObservations(x, rows);
    noise.draw(purpose, row, rows, position, drawn);
    network.sac().sample(network.head(), y, drawn, inputs, observations, inputStride, rows);
  }

  private void copyObservations(FloatSlab x, int rows) {
    copy(x.segment(), network.layout().actor().inputStride(), observations, 0, rows);
  }

  /** Copies rows into columns of the critics' inputs. */
  private void copy(MemorySegment from, int stride, int width, int column, int rows) {
    final MemorySegment to = inputs.segment();
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(
          from, 4L * r * stride, to, 4L * ((long) r * inputStride + column), 4L * width);
    }
  }

  /** The first critic, with the losses of {@link #judge} or those of the policy. */
  CriticPass first() {
    return first;
  }

  /** The second critic. */
  CriticPass second() {
    return second;
  }

  @Override
  public void close() {
    noise.close();
    first.close();
    second.close();
    block.close();
  }
}
