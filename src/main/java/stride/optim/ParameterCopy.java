package stride.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
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
  private final SlabBlock block;
  private final FloatSlab parameters; // [P]
  private final FloatSlab[] moments; // of [P]
  private final FloatSlab gradients; // [P], summed over parts
  private final FloatSlab spare; // [P]
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
    this.kernels = kernels;
    this.optimizer = optimizer;
    this.limit = new NormLimit(maxGradNorm);
    List<String> names = optimizer.moments();
    SlabPlan plan = new SlabPlan().add("parameters", ElementType.FLOAT, size);
    names.forEach(name -> plan.add(name, ElementType.FLOAT, size));
    this.block =
        plan.add("gradients", ElementType.FLOAT, size)
            .add("spare", ElementType.FLOAT, size)
            .add("lanes", ElementType.FLOAT, LinearLayout.ALIGNMENT)
            .allocate(SlabAllocator.PAGES);
    this.parameters = block.floats("parameters");
    this.moments = names.stream().map(block::floats).toArray(FloatSlab[]::new);
    this.gradients = block.floats("gradients");
    this.spare = block.floats("spare");
    this.lanes = block.floats("lanes");
  }

  @Override
  public void copyFrom(MemberParameters other) {
    if (other instanceof ParameterCopy source && source != this) {
      parameters.copyFrom(source.parameters);
      for (int k = 0; k < moments.length; k++) {
        moments[k].copyFrom(source.moments[k]);
      }
    }
  }

  @Override
  public double reduce(GradientParts parts, long update, int count) {
    parts.sum(update, count, gradients, spare);
    return Math.sqrt(kernels.sumOfSquares(gradients, lanes));
  }

  @Override
  public void step(long number, double learningRate, double norm) {
    optimizer.step(
        kernels, number, learningRate, limit.scale(norm), parameters, gradients, moments);
  }

  @Override
  public boolean finite() {
    return Double.isFinite(kernels.sumOfSquares(parameters, lanes));
  }

  @Override
  public FloatSlab parameters() {
    return parameters;
  }

  @Override
  public FloatSlab gradients() {
    return gradients;
  }

  @Override
  public SequencedMap<String, Slab> state(LongSlab counters) {
    SequencedMap<String, FloatSlab> named = new LinkedHashMap<>();
    for (int k = 0; k < moments.length; k++) {
      named.put(optimizer.moments().get(k), moments[k]);
    }
    return UpdateState.of(parameters, named, counters);
  }

  @Override
  public void close() {
    block.close();
  }
}
