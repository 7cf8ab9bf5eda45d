package stride.ppo;

import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/** The loss whose gradient is the policy gradient, where every ratio is 1. */
final class PolicyGradientLoss {
  private PolicyGradientLoss() {}

  /**
   * The mean of {@code - advantage log p} over the usable rows.
   *
   * @param logProbs at the time of the rollout
   * @param moments that advantages are normalised by
   */
  static double of(
      FloatSlab logProbs, FloatSlab advantages, Minibatches minibatches, AdvantageMoments moments) {
    final IntSlab usable = minibatches.usable();
    final int rows = minibatches.rows();
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      int row = usable.get(i);
      double advantage = (advantages.get(row) - moments.mean()) * moments.scale();
      sum -= advantage * logProbs.get(row);
    }
    return sum / rows;
  }
}
