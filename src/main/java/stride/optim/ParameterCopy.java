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
public final class ParameterCopy implements AutoCloseable {
  private final Kernels kernels;
  private final Optimizer optimizer;
  private final double maxGradNorm;
  private final SlabBlock block;
  private final FloatSlab parameters; // [P]
  private final FloatSlab[] moments; // of [P]
  private final FloatSlab gradients; // [P], summed over parts
  private final FloatSlab spare; // [P]
  private final FloatSlab lanes; // [16]

  /**
   * Makes a copy of zeros that Adam learns.
   *
   * @param size P, the number of parameters
   * @param kernels what computes
   * @param adamEps added to Adam's denominator
   * @param maxGradNorm gradients with a larger norm are scaled down to this one
   */
  public ParameterCopy(long size, Kernels kernels, double adamEps, double maxGradNorm) {
    this(size, kernels, new AdamOptimizer(adamEps, false), maxGradNorm);
  }

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
    this.maxGradNorm = maxGradNorm;
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

  /** Takes over another's parameters and moments. */
  public void copyFrom(ParameterCopy other) {
    if (other != this) {
      parameters.copyFrom(other.parameters);
      for (int k = 0; k < moments.length; k++) {
        moments[k].copyFrom(other.moments[k]);
      }
    }
  }

  /**
   * Adds up the gradients of an update's parts, once all members have met.
   *
   * @param parts where they are
   * @param update its number
   * @param count how many parts it has
   * @return the norm of the sum
   */
  public double reduce(GradientParts parts, long update, int count) {
    parts.sum(update, count, gradients, spare);
    return Math.sqrt(kernels.sumOfSquares(gradients, lanes));
  }

  /**
   * Clips the norm and takes a step.
   *
   * @param number of the step, from 1
   * @param learningRate of the step
   * @param norm what {@link #reduce} gave
   */
  public void step(long number, double learningRate, double norm) {
    optimizer.step(kernels, number, learningRate, scale(norm), parameters, gradients, moments);
  }

  /** What clips the norm, as torch.nn.utils.clip_grad_norm_ has it. */
  private double scale(double norm) {
    return maxGradNorm == Double.POSITIVE_INFINITY ? 1 : Math.min(1, maxGradNorm / (norm + 1e-6));
  }

  /** Whether all parameters are finite. */
  public boolean finite() {
    return Double.isFinite(kernels.sumOfSquares(parameters, lanes));
  }

  /** [P], live. */
  public FloatSlab parameters() {
    return parameters;
  }

  /** [P], the sum of the last update's gradients before clipping. */
  public FloatSlab gradients() {
    return gradients;
  }

  /** All that a bit-equal continuation needs, with counters that its owner keeps; live. */
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
