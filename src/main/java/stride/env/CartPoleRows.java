package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.RandomStream;

/**
 * CartPole's physics: frictionless, explicit Euler steps, in double (Barto, Sutton, Anderson 1983,
 * with Florian's corrected equations).
 *
 * <pre>
 *   row i:  | x | x' | theta | theta' |      m, m/s, rad, rad/s
 * </pre>
 */
final class CartPoleRows extends DoubleRows {
  /** Seconds between two states. */
  static final double TAU = 0.02;

  private static final int STATE = 4;
  private static final long ROW_BYTES = DOUBLE * STATE;

  // offsets from x, the first in a row
  private static final long SPEED = DOUBLE;
  private static final long ANGLE = 2 * DOUBLE;
  private static final long SPIN = 3 * DOUBLE;

  private static final double GRAVITY = 9.8; // m/s^2
  private static final double CART_MASS = 1; // kg
  private static final double POLE_MASS = 0.1; // kg
  private static final double TOTAL_MASS = POLE_MASS + CART_MASS;
  private static final double HALF_LENGTH = 0.5; // m
  private static final double POLE_MOMENT = POLE_MASS * HALF_LENGTH; // kg m
  private static final double PUSH = 10; // N
  static final double MAX_X = 2.4; // m
  static final double MAX_ANGLE = 12 * 2 * Math.PI / 360; // rad
  private static final double NOISE = 0.05;

  private final int numEnvs;
  private final Arena arena = Arena.ofShared();
  private final DoubleSlab state; // [n, 4]
  private final DoubleSlab force; // [n] N
  private final CartPoleOptions options;
  private final DoubleSlab scores; // [n] 1; null where rewards are that

  CartPoleRows(int numEnvs, CartPoleOptions options) {
    this.numEnvs = numEnvs;
    this.options = options;
    this.state = DoubleSlab.allocate(arena, numEnvs, STATE);
    this.force = DoubleSlab.allocate(arena, numEnvs);
    this.scores =
        options.equals(CartPoleOptions.PLAIN) ? null : DoubleSlab.allocate(arena, numEnvs);
    if (scores != null) {
      scores.fill(1);
    }
  }

  @Override
  MemorySegment states() {
    return state.segment();
  }

  @Override
  int stateSize() {
    return STATE;
  }

  @Override
  void reset(int row, RandomStream random) {
    for (int k = 0; k < STATE; k++) {
      setCoordinate(row, k, random.uniform(-NOISE, NOISE));
    }
  }

  @Override
  void act(IntSlab actions, long at) {
    Objects.checkFromIndexSize(at, numEnvs, actions.length());
    final MemorySegment from = actions.segment(); // [n] from at on
    final MemorySegment forces = force.segment(); // [n]
    for (int row = 0; row < numEnvs; row++) {
      int action = from.get(JAVA_INT, 4L * (at + row));
      if ((action & ~1) != 0) {
        throw new IllegalArgumentException(
            "row " + row + ": action=" + action + ", required: 0, 1");
      }
      forces.set(JAVA_DOUBLE, DOUBLE * row, action == 1 ? PUSH : -PUSH);
    }
  }

  @Override
  void act(FloatSlab actions, long at) {
    throw wrongActions("float", new ActionSpace.Discrete(2));
  }

  @Override
  void act(DoubleSlab actions, long at) {
    throw wrongActions("double", new ActionSpace.Discrete(2));
  }

  @Override
  void advance() {
    final MemorySegment states = state.segment(); // [n, 4]
    final MemorySegment forces = force.segment(); // [n]
    final double tau = TAU;
    for (int row = 0; row < numEnvs; row++) {
      final long at = ROW_BYTES * row;
      final double x = get(states, at);
      final double speed = get(states, at + SPEED);
      final double angle = get(states, at + ANGLE);
      final double spin = get(states, at + SPIN);

      final double cos = SmallAngle.cos(angle);
      final double sin = SmallAngle.sin(angle);
      final double push = get(forces, DOUBLE * row);
      final double pushed = (push + POLE_MOMENT * (spin * spin) * sin) / TOTAL_MASS;
      final double inertia = HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * (cos * cos) / TOTAL_MASS);
      final double spinGain = (GRAVITY * sin - cos * pushed) / inertia;
      final double speedGain = pushed - POLE_MOMENT * spinGain * cos / TOTAL_MASS;

      states.set(JAVA_DOUBLE, at, x + tau * speed);
      states.set(JAVA_DOUBLE, at + SPEED, speed + tau * speedGain);
      states.set(JAVA_DOUBLE, at + ANGLE, angle + tau * spin);
      states.set(JAVA_DOUBLE, at + SPIN, spin + tau * spinGain);
    }
  }

  @Override
  void reward(DoubleSlab rewards, ByteSlab terminated) {
    final MemorySegment states = state.segment(); // [n, 4]
    final MemorySegment out = rewards.segment(); // [n]
    final MemorySegment fallen = terminated.segment(); // [n]
    for (int row = 0; row < numEnvs; row++) {
      final long at = ROW_BYTES * row;
      boolean up =
          Math.abs(get(states, at)) <= MAX_X && Math.abs(get(states, at + ANGLE)) <= MAX_ANGLE;
      out.set(JAVA_DOUBLE, DOUBLE * row, 1);
      fallen.set(JAVA_BYTE, row, (byte) (up ? 0 : 1));
    }
    if (scores != null) {
      alter(rewards);
    }
  }

  private void alter(DoubleSlab rewards) {
    final MemorySegment states = state.segment(); // [n, 4]
    for (int row = 0; row < numEnvs; row++) {
      final long at = ROW_BYTES * row;
      rewards.set(
          row, options.reward(get(states, at), get(states, at + ANGLE), get(states, at + SPEED)));
    }
  }

  @Override
  DoubleSlab scores(DoubleSlab rewards) {
    return scores == null ? rewards : scores;
  }

  @Override
  void findBad(ByteSlab bad) {
    bad.clear(); // a state that is no number shows in the observation
  }

  @Override
  String failure(int row) {
    return "";
  }

  @Override
  void observe(int from, int to, DoubleSlab out) {
    final long bytes = ROW_BYTES * (to - from);
    MemorySegment.copy(state.segment(), ROW_BYTES * from, out.segment(), 0, bytes);
  }

  @Override
  int coordinates() {
    return STATE;
  }

  @Override
  double coordinate(int row, int k) {
    return state.get((long) STATE * row + k);
  }

  @Override
  void setCoordinate(int row, int k, double value) {
    state.set((long) STATE * row + k, value);
  }

  @Override
  void clear(int row) {}

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
