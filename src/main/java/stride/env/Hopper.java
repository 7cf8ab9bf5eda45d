package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static stride.env.DoubleRows.DOUBLE;

import java.lang.foreign.MemorySegment;
import stride.memory.ByteSlab;
import stride.mujoco.StateRows;
import stride.random.RandomStream;

/** Hopper-v5: one leg of three joints; healthy while it is upright and no coordinate runs away. */
final class Hopper extends PlanarTask {
  private static final double MIN_HEIGHT = 0.7; // m
  private static final double MAX_ANGLE = 0.2; // rad
  private static final double MAX_STATE = 100; // of every coordinate but x and height

  Hopper() {
    super(
        "Hopper-v5",
        "hopper.xml",
        /* coordinates= */ 6,
        /* actions= */ 3,
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
    final int nq = rows.nq();
    final int nv = rows.nv();
    long qpos = rows.qposOffset();
    long qvel = rows.qvelOffset();
    for (int row = 0; row < n; row++) {
      double height = states.get(JAVA_DOUBLE, qpos + HEIGHT);
      double angle = states.get(JAVA_DOUBLE, qpos + ANGLE);
      // written so that NaN is unhealthy
      boolean healthy = height > MIN_HEIGHT && height < Double.POSITIVE_INFINITY;
      healthy &= Math.abs(angle) < MAX_ANGLE;
      for (int k = 2; k < nq; k++) {
        healthy &= Math.abs(states.get(JAVA_DOUBLE, qpos + DOUBLE * k)) < MAX_STATE;
      }
      for (int k = 0; k < nv; k++) {
        healthy &= Math.abs(states.get(JAVA_DOUBLE, qvel + DOUBLE * k)) < MAX_STATE;
      }
      out.set(JAVA_BYTE, row, (byte) (healthy ? 0 : 1));
      qpos += stride;
      qvel += stride;
    }
  }
}
