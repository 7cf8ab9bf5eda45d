package stride.optim;

import java.lang.foreign.Arena;
import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.nn.Kernels;
import stride.nn.LinearLayout;

/**
 * One thread's own copy of the parameters and of the optimiser's moments.
 *
 * <p>All threads add up the same gradients and take the same step: two cores hand a cache line over
 * so slowly that sharing the result would cost more. Owns its memory. Belongs to one thread.
 */
public final class ParameterCopy implements MemberParameters {
  private final Kernels kernels;
  private final Optimizer optimizer;
  private final NormLimit limit;
  private final ParameterSlabs slabs;
  private final Arena arena = Arena.ofShared();
  private final FloatSlab lanes; // [16]

  /**
   * Makes a copy of zeros.
   *
   * @param size P, the number of parameters
   * @param kernels what computes
   * @param optimizer takes the steps; of this copy alone
   * @param maxGradNorm gradients with a larger norm are scaled down to this one; infinity for none
   */
  public ParameterCopy(long size, Kernels kernels, Optimizer optimizer, double maxGradNorm) {
    this(new ParameterSlabs(size, optimizer.moments()), kernels, optimizer, maxGradNorm);
  }

  /** Takes over slabs, which it closes. */
  ParameterCopy(ParameterSlabs slabs, Kernels kernels, Optimizer optimizer, double maxGradNorm) {
    this.slabs = slabs;
    this.kernels = kernels;
    this.optimizer = optimizer;
    this.limit = new NormLimit(maxGradNorm);
    this.lanes = FloatSlab.allocate(arena, LinearLayout.ALIGNMENT);
  }

  @Override
  public void copyFrom(MemberParameters other) {
    if (other instanceof ParameterCopy source) {
      slabs.copyFrom(source.slabs);
    }
  }

  @Override
  public double reduce(GradientParts parts, long update, int count) {
    parts.sum(update, count, slabs.gradients, slabs.spare);
    return Math.sqrt(kernels.sumOfSquares(slabs.gradients, lanes));
  }

  @Override
  public void step(long number, double learningRate, double norm) {
    optimizer.step(
        kernels,
        number,
        learningRate,
        limit.scale(norm),
        slabs.parameters,
        slabs.gradients,
        slabs.moments);
  }

  @Override
  public boolean finite() {
    return Double.isFinite(kernels.sumOfSquares(slabs.parameters, lanes));
  }

  @Override
  public FloatSlab parameters() {
    return slabs.parameters;
  }

  @Override
  public FloatSlab gradients() {
    return slabs.gradients;
  }

  @Override
  public SequencedMap<String, Slab> state(LongSlab counters) {
    return slabs.state(counters);
  }

  @Override
  public void close() {
    slabs.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
