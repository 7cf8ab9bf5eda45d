package stride.env;

import stride.memory.ByteSlab;
import stride.mujoco.StateRows;
import stride.random.RandomStream;

/** HalfCheetah-v5: a back and two legs; it may fall as it likes, and runs until the time limit. */
final class HalfCheetah extends PlanarTask {
  HalfCheetah() {
    super(
        "HalfCheetah-v5",
        "half_cheetah.xml",
        /* coordinates= */ 9,
        /* actions= */ 6,
        /* frameSkip= */ 5,
        /* timestep= */ 0.01,
        new Weights(
            /* healthyReward= */ 0,
            /* controlCost= */ 0.1,
            /* noise= */ 0.1,
            /* velocityLimit= */ Double.POSITIVE_INFINITY));
  }

  @Override
  double velocityNoise(double scale, RandomStream random) {
    return scale * random.nextGaussian();
  }

  @Override
  void findUnhealthy(StateRows rows, ByteSlab terminated) {
    terminated.clear();
  }
}
