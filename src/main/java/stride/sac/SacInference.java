package stride.sac;

import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.LayerOutputs;
import stride.nn.PolicyInference;
import stride.nn.SquashedHead;
import stride.random.Purpose;

/**
 * Actions of an actor. Owns the memory that it computes in. Belongs to one thread; allocates
 * nothing per call.
 */
final class SacInference implements AutoCloseable {
  private final SacNetwork network;
  private final int chunk;
  private final SlabBlock block;
  private final LayerOutputs outputs;
  private final DrawnActions drawn;
  private final Noise noise;

  /**
   * An inference.
   *
   * @param seed of the actions drawn
   * @param mostRows the most rows of a call; more than fit the first cache go through in chunks
   */
  SacInference(SacNetwork network, long seed, int mostRows) {
    this.network = network;
    this.chunk = Math.min(mostRows, PolicyInference.DEFAULT_CHUNK);
    SlabPlan plan = new SlabPlan();
    LayerOutputs.plan(plan, "outputs", network.layout().actor(), chunk);
    DrawnActions.plan(plan, "drawn", network.head(), chunk);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.outputs = new LayerOutputs(block, "outputs", network.layout().actor());
    this.drawn = DrawnActions.of(block, "drawn");
    this.noise = new Noise(network.kernels(), seed, network.head().actions(), chunk);
  }

  /**
   * Draws actions.
   *
   * @param observations [*, inputStride]
   * @param row the first of the observations
   * @param n rows
   * @param firstEnv environment of the first row
   * @param step env steps that each environment has done before
   * @param actions overwritten: [n, A], from row {@code outRow} on
   */
  void draw(
      FloatSlab parameters,
      FloatSlab observations,
      long row,
      int n,
      int firstEnv,
      long step,
      FloatSlab actions,
      long outRow) {
    final SquashedHead head = network.head();
    final int width = head.actions();
    for (int r = 0; r < n; r += chunk) {
      final int rows = Math.min(chunk, n - r);
      final FloatSlab y = forward(parameters, observations, row + r, rows);
      noise.draw(Purpose.ACTION, firstEnv + r, rows, step, drawn);
      network.sac().sample(head, y, drawn, actions, (outRow + r) * width, width, rows);
    }
  }

  /**
   * The actions without noise.
   *
   * @param observations [*, inputStride]
   * @param n rows
   * @param actions overwritten: [n, A]
   */
  void best(FloatSlab parameters, FloatSlab observations, int n, FloatSlab actions) {
    final SquashedHead head = network.head();
    final int width = head.actions();
    for (int r = 0; r < n; r += chunk) {
      final int rows = Math.min(chunk, n - r);
      final FloatSlab y = forward(parameters, observations, r, rows);
      network.sac().mode(head, y, drawn, actions, (long) r * width, width, rows);
    }
  }

  private FloatSlab forward(FloatSlab parameters, FloatSlab observations, long row, int rows) {
    final long at = row * network.layout().actor().inputStride();
    return network.actor().forward(parameters, observations, at, rows, outputs);
  }

  @Override
  public void close() {
    noise.close();
    block.close();
  }
}
