package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.mujoco.SimulationBatch;
import stride.mujoco.StateRows;
import stride.random.RandomStream;

/** Environments of a MuJoCo task: a batch of simulations and what the task adds to it. */
final class MujocoRows extends DoubleRows {
  private final EnvSpec spec;
  private final MujocoRules rules;
  private final SimulationBatch batch;
  private final StateRows rows;
  private final double timestep;
  private final int frameSkip;
  private final boolean clipActions;
  private final Arena arena = Arena.ofShared();
  private final DoubleSlab bounds; // [2, A] low, high
  private final DoubleSlab before; // [n, remembered] what the task needs from before the step
  private final DoubleSlab timeBefore; // [n]

  /** Takes the batch over: closing the rows closes it. */
  MujocoRows(
      EnvSpec spec,
      MujocoRules rules,
      SimulationBatch batch,
      double timestep,
      boolean clipActions) {
    this.spec = spec;
    this.rules = rules;
    this.batch = batch;
    this.rows = batch.rows();
    this.timestep = timestep;
    this.frameSkip = spec.frameSkip();
    this.clipActions = clipActions;
    final int n = batch.simulations();
    this.before = DoubleSlab.allocate(arena, n, Math.max(1, rules.remembered()));
    this.timeBefore = DoubleSlab.allocate(arena, n);
    this.bounds = DoubleSlab.allocate(arena, 2, rows.nu());
    ActionSpace.Box box = (ActionSpace.Box) spec.actionSpace();
    for (int k = 0; k < rows.nu(); k++) {
      bounds.set(k, box.low().get(k));
      bounds.set(rows.nu() + k, box.high().get(k));
    }
  }

  StateRows rows() {
    return rows;
  }

  @Override
  MemorySegment states() {
    return rows.segment();
  }

  @Override
  int stateSize() {
    return rows.stateSize();
  }

  @Override
  void reset(int row, RandomStream random) {
    batch.reset(row);
    rules.randomize(rows, row, random);
  }

  @Override
  void act(FloatSlab actions, long at) {
    final int n = batch.simulations();
    final int nu = rows.nu();
    Objects.checkFromIndexSize(at, (long) n * nu, actions.length());
    final MemorySegment from = actions.segment(); // [n, A] from at on
    final MemorySegment states = rows.segment();
    final MemorySegment limits = bounds.segment(); // [2, A]
    final long stride = rows.strideBytes();
    final boolean clip = clipActions;
    long action = Float.BYTES * at;
    long ctrl = rows.ctrlOffset();
    for (int row = 0; row < n; row++) {
      for (int k = 0; k < nu; k++) {
        double u = from.get(JAVA_FLOAT, action + 4L * k);
        if (clip) {
          u = clip(u, get(limits, DOUBLE * k), get(limits, DOUBLE * (nu + k)));
        }
        states.set(JAVA_DOUBLE, ctrl + DOUBLE * k, u);
      }
      action += (long) Float.BYTES * nu;
      ctrl += stride;
    }
    beforeStep();
  }

  @Override
  void act(DoubleSlab actions, long at) {
    final int n = batch.simulations();
    final int nu = rows.nu();
    Objects.checkFromIndexSize(at, (long) n * nu, actions.length());
    for (int row = 0; row < n; row++) {
      for (int k = 0; k < nu; k++) {
        double u = actions.get(at + (long) row * nu + k);
        rows.setCtrl(row, k, clipActions ? clip(u, bounds.get(k), bounds.get(nu + k)) : u);
      }
    }
    beforeStep();
  }

  @Override
  void act(IntSlab actions, long at) {
    throw wrongActions("int", spec.actionSpace());
  }

  private void beforeStep() {
    rules.beforeStep(rows, before);

    final MemorySegment states = rows.segment();
    final MemorySegment times = timeBefore.segment(); // [n]
    final long stride = rows.strideBytes();
    final int n = batch.simulations();
    long time = rows.timeOffset();
    for (int row = 0; row < n; row++) {
      times.set(JAVA_DOUBLE, DOUBLE * row, states.get(JAVA_DOUBLE, time));
      time += stride;
    }
  }

  @Override
  void advance() {
    // a row that fails keeps its state and is found by its status
    var _ = batch.step(frameSkip);
  }

  @Override
  void reward(DoubleSlab rewards, ByteSlab terminated) {
    rules.reward(rows, before, rewards, terminated);
  }

  @Override
  void findBad(ByteSlab bad) {
    final MemorySegment out = bad.segment(); // [n]
    final int n = batch.simulations();
    for (int row = 0; row < n; row++) {
      boolean wrong = batch.isBad(row) || !isTimeRight(row);
      out.set(JAVA_BYTE, row, wrong ? BAD : 0);
    }
  }

  /** MuJoCo resets a broken state and continues; only the clock shows it. */
  private boolean isTimeRight(int row) {
    return Math.abs(rows.time(row) - expectedTime(row)) < timestep / 2;
  }

  private double expectedTime(int row) {
    return timeBefore.get(row) + frameSkip * timestep;
  }

  @Override
  String failure(int row) {
    String words = batch.failure(row);
    if (!words.isEmpty()) {
      return words;
    }
    return "simulated time is " + rows.time(row) + ", expected " + expectedTime(row);
  }

  @Override
  void observe(int from, int to, DoubleSlab out) {
    rules.observe(rows, from, to, out);
  }

  @Override
  int coordinates() {
    return rows.nq() + rows.nv();
  }

  @Override
  double coordinate(int row, int k) {
    return k < rows.nq() ? rows.qpos(row, k) : rows.qvel(row, k - rows.nq());
  }

  @Override
  void setCoordinate(int row, int k, double value) {
    if (k < rows.nq()) {
      rows.setQpos(row, k, value);
    } else {
      rows.setQvel(row, k - rows.nq(), value);
    }
  }

  @Override
  void clear(int row) {
    batch.reset(row);
  }

  @Override
  public void close() {
    batch.close(); // refuses, and changes nothing, while another thread steps it
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
