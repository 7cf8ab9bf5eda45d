package stride.optim;

import java.util.SequencedMap;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Adam;
import stride.nn.Kernels;
import stride.nn.LinearLayout;

/**
 * One thread's own copy of the parameters and of Adam's moments.
 *
 * <p>All threads add up the same gradients and take the same step: two cores hand a cache line over
 * so slowly that sharing the result would cost more. Owns its memory. Belongs to one thread.
 */
public final class ParameterCopy implements AutoCloseable {
  private final Kernels kernels;
  private final Adam adam;
  private final double maxGradNorm;
  private final SlabBlock block;
  private final FloatSlab parameters; // [P]
  private final FloatSlab means; // [P]
  private final FloatSlab squares; // [P]
  private final FloatSlab gradients; // [P], summed over parts
  private final FloatSlab spare; // [P]
  private final FloatSlab lanes; // [16]

  /**
   * Makes a copy of zeros.
   *
   * @param size P, the number of parameters
   * @param kernels what computes
   * @param adamEps added to Adam's denominator
   * @param maxGradNorm gradients with a larger norm are scaled down to this one
   */
  public ParameterCopy(long size, Kernels kernels, double adamEps, double maxGradNorm) {
    this.kernels = kernels;
    this.adam = new Adam(adamEps);
    this.maxGradNorm = maxGradNorm;
    this.block =
        new SlabPlan()
            .add("parameters", ElementType.FLOAT, size)
            .add("means", ElementType.FLOAT, size)
            .add("squares", ElementType.FLOAT, size)
            .add("gradients", ElementType.FLOAT, size)
            .add("spare", ElementType.FLOAT, size)
            .add("lanes", ElementType.FLOAT, LinearLayout.ALIGNMENT)
            .allocate(SlabAllocator.PAGES);
    this.parameters = block.floats("parameters");
    this.means = block.floats("means");
    this.squares = block.floats("squares");
    this.gradients = block.floats("gradients");
    this.spare = block.floats("spare");
    this.lanes = block.floats("lanes");
  }

  /** Takes over another's parameters and moments. */
  public void copyFrom(ParameterCopy other) {
    if (other != this) {
      parameters.copyFrom(other.parameters);
      means.copyFrom(other.means);
      squares.copyFrom(other.squares);
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
    // as torch.nn.utils.clip_grad_norm_ has it
    double scale = Math.min(1, maxGradNorm / (norm + 1e-6));
    adam.prepare(number, learningRate, scale);
    kernels.adam(adam, parameters, gradients, means, squares, 0, parameters.length());
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
    return UpdateState.of(parameters, means, squares, counters);
  }

  @Override
  public void close() {
    block.close();
  }
}
