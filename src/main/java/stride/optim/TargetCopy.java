package stride.optim;

import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Kernels;

/**
 * One thread's own copy of parameters that follow others, such as those of a target network.
 *
 * <p>As all threads have the same parameters, all have the same copies. Owns its memory. Belongs to
 * one thread.
 */
public final class TargetCopy implements AutoCloseable {
  private final Kernels kernels;
  private final SlabBlock block;
  private final FloatSlab parameters; // [P]

  /**
   * Makes a copy of zeros.
   *
   * @param size P, the number of parameters, a multiple of 16
   * @param kernels what computes
   */
  public TargetCopy(long size, Kernels kernels) {
    this.kernels = kernels;
    this.block =
        new SlabPlan().add("parameters", ElementType.FLOAT, size).allocate(SlabAllocator.PAGES);
    this.parameters = block.floats("parameters");
  }

  /** [P], live. */
  public FloatSlab parameters() {
    return parameters;
  }

  /**
   * Moves towards other parameters.
   *
   * @param source [P]
   * @param tau the share of the way, in (0, 1]; 1 copies them
   */
  public void follow(FloatSlab source, double tau) {
    kernels.lerp(parameters, source, (float) tau, 0, parameters.length());
  }

  @Override
  public void close() {
    block.close();
  }
}
