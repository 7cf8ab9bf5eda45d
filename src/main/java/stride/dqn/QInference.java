package stride.dqn;

import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.LayerOutputs;
import stride.nn.PolicyInference;

/**
 * The best actions of observations. Owns the memory that it computes in. Belongs to one thread;
 * allocates nothing per call.
 */
final class QInference implements AutoCloseable {
  private final QNetwork network;
  private final int chunk;
  private final SlabBlock block;
  private final LayerOutputs outputs;

  /**
   * An inference.
   *
   * @param mostRows the most rows of a call; more than fit the first cache go through in chunks
   */
  QInference(QNetwork network, int mostRows) {
    this.network = network;
    this.chunk = Math.min(mostRows, PolicyInference.DEFAULT_CHUNK);
    SlabPlan plan = new SlabPlan();
    LayerOutputs.plan(plan, "outputs", network.layout().mlp(), chunk);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.outputs = new LayerOutputs(block, "outputs", network.layout().mlp());
  }

  /**
   * Chooses the actions of the largest values.
   *
   * @param observations [*, inputStride]
   * @param row the first of the observations
   * @param n rows
   * @param choices overwritten: [n]
   * @param at where the first is in choices
   */
  void best(
      FloatSlab parameters, FloatSlab observations, long row, int n, IntSlab choices, long at) {
    final int stride = network.layout().inputStride();
    for (int r = 0; r < n; r += chunk) {
      int rows = Math.min(chunk, n - r);
      FloatSlab values =
          network.values(parameters, observations, (row + r) * stride, rows, outputs);
      network.dqn().best(network.layout().actions(), values, rows, choices, at + r);
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
