package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.MemorySegment;
import stride.memory.ByteSlab;
import stride.mujoco.StateRows;
import stride.random.RandomStream;

/** Walker2d-v5: two legs; healthy while it is upright. */
final class Walker2d extends PlanarTask {
  private static final double MIN_HEIGHT = 0.8; // m
  private static final double MAX_HEIGHT = 2; // m
  private static final double MAX_ANGLE = 1; // rad

  Walker2d() {
    super(
        "Walker2d-v5",
        "walker2d_v5.xml",
        /* coordinates= */ 9,
        /* actions= */ 6,
        /* frameSkip= */ 4,
        /* timestep= */ 0.002,
        new Weights(
            /* healthyReward= */ 1,
            /* controlCost= */ 1e-3,
            /* noise= */ 5e-3,
            /* velocityLimit= */ 10));
  }

  @Override
  double velocityNoise(double scale, RandomStream random) {
    return random.uniform(-scale, scale);
  }

  @Override
  void findUnhealthy(StateRows rows, ByteSlab terminated) {
    final MemorySegment states = rows.segment();
    final MemorySegment out = terminated.segment(); // [n]
    final long stride = rows.strideBytes();
    final int n = rows.simulations();
    long qpos = rows.qposOffset();
    for (int row = 0; row < n; row++) {
      double height = states.get(JAVA_DOUBLE, qpos + HEIGHT);
      double angle = states.get(JAVA_DOUBLE, qpos + ANGLE);
      boolean healthy = height > MIN_HEIGHT && height < MAX_HEIGHT && Math.abs(angle) < MAX_ANGLE;
      out.set(JAVA_BYTE, row, (byte) (healthy ? 0 : 1));
      qpos += stride;
    }
  }
}
