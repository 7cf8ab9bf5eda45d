package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static stride.env.DoubleRows.DOUBLE;

import java.lang.foreign.MemorySegment;
import java.util.List;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.mujoco.StateRows;
import stride.random.RandomStream;

/** InvertedPendulum-v5: a pole on a cart; 1 for every step after which the pole is up. */
final class InvertedPendulum extends MujocoTask {
  private static final double MAX_ANGLE = 0.2; // rad
  private static final double NOISE = 0.01;
  private static final int OBSERVATION = 4; // slider, hinge, and their velocities

  // offset from the slider, in qpos and in qvel
  private static final long HINGE = DOUBLE;

  InvertedPendulum() {
    super(
        "InvertedPendulum-v5",
        "inverted_pendulum.xml",
        /* coordinates= */ 2,
        List.of("slider", "hinge"),
        OBSERVATION,
        ActionSpace.Box.symmetric(1, 3),
        /* frameSkip= */ 2,
        /* timestep= */ 0.02);
  }

  @Override
  public int remembered() {
    return 0;
  }

  @Override
  public void beforeStep(StateRows rows, DoubleSlab before) {}

  @Override
  public void randomize(StateRows rows, int row, RandomStream random) {
    for (int k = 0; k < rows.nq(); k++) {
      rows.setQpos(row, k, rows.qpos(row, k) + random.uniform(-NOISE, NOISE));
    }
    for (int k = 0; k < rows.nv(); k++) {
      rows.setQvel(row, k, rows.qvel(row, k) + random.uniform(-NOISE, NOISE));
    }
  }

  @Override
  public void reward(StateRows rows, DoubleSlab before, DoubleSlab rewards, ByteSlab terminated) {
    final MemorySegment states = rows.segment();
    final MemorySegment out = rewards.segment(); // [n]
    final MemorySegment fallen = terminated.segment(); // [n]
    final long stride = rows.strideBytes();
    final int n = rows.simulations();
    long angle = rows.qposOffset() + HINGE;
    for (int row = 0; row < n; row++) {
      boolean up = Math.abs(states.get(JAVA_DOUBLE, angle)) <= MAX_ANGLE;
      out.set(JAVA_DOUBLE, DOUBLE * row, up ? 1 : 0);
      fallen.set(JAVA_BYTE, row, (byte) (up ? 0 : 1));
      angle += stride;
    }
  }

  @Override
  public void observe(StateRows rows, int from, int to, DoubleSlab out) {
    final MemorySegment states = rows.segment();
    final MemorySegment obs = out.segment(); // [to - from, 4]
    final long stride = rows.strideBytes();
    long at = 0;
    for (int row = from; row < to; row++) {
      final long qpos = rows.qposOffset() + row * stride;
      final long qvel = rows.qvelOffset() + row * stride;
      obs.set(JAVA_DOUBLE, at, states.get(JAVA_DOUBLE, qpos));
      obs.set(JAVA_DOUBLE, at + DOUBLE, states.get(JAVA_DOUBLE, qpos + HINGE));
      obs.set(JAVA_DOUBLE, at + 2 * DOUBLE, states.get(JAVA_DOUBLE, qvel));
      obs.set(JAVA_DOUBLE, at + 3 * DOUBLE, states.get(JAVA_DOUBLE, qvel + HINGE));
      at += OBSERVATION * DOUBLE;
    }
  }
}
