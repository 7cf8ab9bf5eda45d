package stride.optim;

/**
 * The largest norm that a step's gradients may have.
 *
 * @param maxGradNorm gradients with a larger norm are scaled down to this one; infinity for none
 */
record NormLimit(double maxGradNorm) {
  /** What clips the norm, as torch.nn.utils.clip_grad_norm_ has it. */
  double scale(double norm) {
    return maxGradNorm == Double.POSITIVE_INFINITY ? 1 : Math.min(1, maxGradNorm / (norm + 1e-6));
  }
}
