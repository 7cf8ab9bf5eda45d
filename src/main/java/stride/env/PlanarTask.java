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

/**
 * A body that runs in the plane: rewarded for its speed along x and for staying healthy, less the
 * cost of its controls; it sees all positions but x, and all velocities.
 */
abstract class PlanarTask extends MujocoTask {
  /** Where a body is: x, height, angle. */
  private static final List<String> ROOT = List.of("rootx", "rootz", "rooty");

  /** Offset of the height, in bytes from qpos; x is at qpos itself. */
  static final long HEIGHT = DOUBLE;

  /** Offset of the angle, in bytes from qpos. */
  static final long ANGLE = 2 * DOUBLE;

  private final double healthyReward;
  private final double controlCost;
  private final double noise;
  private final double velocityLimit;

  /** What distinguishes the runners' rewards, resets and observations. */
  record Weights(double healthyReward, double controlCost, double noise, double velocityLimit) {}

  PlanarTask(
      String id,
      String modelFile,
      int coordinates,
      int actions,
      int frameSkip,
      double timestep,
      Weights weights) {
    super(
        id,
        modelFile,
        coordinates,
        ROOT,
        coordinates - 1 + coordinates, // without x
        ActionSpace.Box.symmetric(actions, 1),
        frameSkip,
        timestep);
    this.healthyReward = weights.healthyReward;
    this.controlCost = weights.controlCost;
    this.noise = weights.noise;
    this.velocityLimit = weights.velocityLimit;
  }

  /** Writes 1 to terminated [n] where a body is unhealthy, else 0. */
  abstract void findUnhealthy(StateRows rows, ByteSlab terminated);

  /** Noise of a velocity, of the task's scale. */
  abstract double velocityNoise(double scale, RandomStream random);

  @Override
  public final int remembered() {
    return 1;
  }

  @Override
  public final void beforeStep(StateRows rows, DoubleSlab before) {
    final MemorySegment states = rows.segment();
    final MemorySegment xBefore = before.segment(); // [n]
    final long stride = rows.strideBytes();
    final int n = rows.simulations();
    long x = rows.qposOffset();
    for (int row = 0; row < n; row++) {
      xBefore.set(JAVA_DOUBLE, DOUBLE * row, states.get(JAVA_DOUBLE, x));
      x += stride;
    }
  }

  @Override
  public final void randomize(StateRows rows, int row, RandomStream random) {
    for (int k = 0; k < rows.nq(); k++) {
      rows.setQpos(row, k, rows.qpos(row, k) + random.uniform(-noise, noise));
    }
    for (int k = 0; k < rows.nv(); k++) {
      rows.setQvel(row, k, rows.qvel(row, k) + velocityNoise(noise, random));
    }
  }

  @Override
  public final void reward(
      StateRows rows, DoubleSlab before, DoubleSlab rewards, ByteSlab terminated) {
    findUnhealthy(rows, terminated);

    final MemorySegment states = rows.segment();
    final MemorySegment xBefore = before.segment(); // [n]
    final MemorySegment unhealthy = terminated.segment(); // [n]
    final MemorySegment out = rewards.segment(); // [n]
    final long stride = rows.strideBytes();
    final int n = rows.simulations();
    final int nu = rows.nu();
    final double dt = spec().dt();
    final double alive = healthyReward;
    final double weight = controlCost;
    long x = rows.qposOffset();
    long ctrl = rows.ctrlOffset();
    for (int row = 0; row < n; row++) {
      double squares = 0;
      for (int k = 0; k < nu; k++) {
        double u = states.get(JAVA_DOUBLE, ctrl + DOUBLE * k);
        squares += u * u;
      }
      double speed = (states.get(JAVA_DOUBLE, x) - xBefore.get(JAVA_DOUBLE, DOUBLE * row)) / dt;
      double healthy = unhealthy.get(JAVA_BYTE, row) == 0 ? alive : 0;
      out.set(JAVA_DOUBLE, DOUBLE * row, speed + healthy - weight * squares);
      x += stride;
      ctrl += stride;
    }
  }

  @Override
  public final void observe(StateRows rows, int from, int to, DoubleSlab out) {
    final MemorySegment states = rows.segment();
    final MemorySegment obs = out.segment(); // [to - from, D]
    final long stride = rows.strideBytes();
    final int positions = rows.nq() - 1;
    final int velocities = rows.nv();
    final double limit = velocityLimit;
    long at = 0;
    for (int row = from; row < to; row++) {
      final long qpos = rows.qposOffset() + row * stride + HEIGHT; // without x
      final long qvel = rows.qvelOffset() + row * stride;
      for (int k = 0; k < positions; k++) {
        obs.set(JAVA_DOUBLE, at + DOUBLE * k, states.get(JAVA_DOUBLE, qpos + DOUBLE * k));
      }
      at += DOUBLE * positions;
      for (int k = 0; k < velocities; k++) {
        double v = states.get(JAVA_DOUBLE, qvel + DOUBLE * k);
        obs.set(JAVA_DOUBLE, at + DOUBLE * k, DoubleRows.clip(v, -limit, limit));
      }
      at += DOUBLE * velocities;
    }
  }
}
