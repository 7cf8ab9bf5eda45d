package stride.ppo.cpu;

import stride.collect.RolloutSlabs;
import stride.memory.FloatSlab;
import stride.nn.ActionHead;
import stride.nn.Kernels;
import stride.ppo.ChunkSlabs;
import stride.ppo.GaeConfig;
import stride.ppo.PpoKernels;
import stride.ppo.UpdateConfig;

/** Kernels with the Vector API, a class per topic. Stateless. */
public final class VectorPpoKernels implements PpoKernels {
  private final Kernels kernels;

  public VectorPpoKernels(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void gae(
      GaeConfig config,
      RolloutSlabs rollout,
      FloatSlab advantages,
      FloatSlab returns,
      int from,
      int to) {
    Advantages.gae(config, rollout, advantages, returns, from, to);
  }

  @Override
  public void gaussianLoss(
      ActionHead.Gaussian head,
      UpdateConfig config,
      FloatSlab parameters,
      ChunkSlabs chunk,
      int rows,
      float weight,
      FloatSlab gradients) {
    GaussianLoss.loss(kernels, head, config, parameters, chunk, rows, weight, gradients);
  }

  @Override
  public void categoricalLoss(
      ActionHead.Categorical head, UpdateConfig config, ChunkSlabs chunk, int rows, float weight) {
    CategoricalLoss.loss(kernels, head, config, chunk, rows, weight);
  }

  @Override
  public void valueLoss(UpdateConfig config, ChunkSlabs chunk, int rows, float weight) {
    ValueLoss.loss(config, chunk, rows, weight);
  }
}
