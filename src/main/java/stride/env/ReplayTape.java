package stride.env;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import stride.memory.DoubleSlab;
import stride.memory.IntSlab;
import stride.mujoco.StateRows;

/**
 * What a shard did over some steps: enough to do the same physics again with bare mj_step, which is
 * the limit that a rollout is measured against.
 *
 * <p>{@link Shard#record} starts it; it stops by itself after its horizon. Its owner closes it.
 * Belongs to the shard's thread while it records.
 */
public final class ReplayTape implements AutoCloseable {
  private static final int NO_RESET = -1;

  private final Arena arena = Arena.ofShared();
  private final StateRows rows;
  private final Path modelFile;
  private final int frameSkip;
  private final int simulations;
  private final int capacity; // steps
  private final DoubleSlab first; // [n, stateSize]
  private final DoubleSlab last; // [n, stateSize]
  private final DoubleSlab controls; // [T, n, nu]
  private final IntSlab resets; // [T, n]
  private final DoubleSlab fresh; // [R, stateSize]
  private int steps;
  private int resetCount;
  private boolean finished;

  /**
   * An empty tape.
   *
   * @param task of the shard whose steps it can take
   * @param shardRows of that shard
   * @param horizon how many steps, at least 1
   * @param resetCapacity how many resets at most; {@code horizon * numEnvs} is always enough
   * @throws IllegalArgumentException if the task does not run on MuJoCo
   */
  ReplayTape(Task task, TaskRows shardRows, int horizon, int resetCapacity) {
    if (!(shardRows instanceof MujocoRows mujoco) || !(task instanceof MujocoTask simulated)) {
      throw new IllegalArgumentException(task + " does not run on MuJoCo");
    }
    this.rows = mujoco.rows();
    this.modelFile = simulated.modelFile();
    this.frameSkip = task.spec().frameSkip();
    this.simulations = rows.simulations();
    this.capacity = horizon;
    final int stateSize = rows.stateSize();
    this.first = DoubleSlab.allocate(arena, simulations, stateSize);
    this.last = DoubleSlab.allocate(arena, simulations, stateSize);
    this.controls = DoubleSlab.allocate(arena, horizon, simulations, rows.nu());
    this.resets = IntSlab.allocate(arena, horizon, simulations);
    this.fresh = DoubleSlab.allocate(arena, resetCapacity, stateSize);
  }

  void begin(TaskRows shardRows) {
    if (!(shardRows instanceof MujocoRows mujoco) || mujoco.rows() != rows) {
      throw new IllegalArgumentException("the tape was made for another shard");
    }
    steps = 0;
    resetCount = 0;
    finished = false;
    resets.fill(NO_RESET);
  }

  /** Takes the state before the first step; called before the controls are written. */
  void beforeStep() {
    if (steps == 0) {
      copyRows(first);
    }
  }

  /** Takes the controls of the step about to be simulated. */
  void controlsWritten() {
    final long bytes = (long) rows.nu() * Double.BYTES;
    for (int row = 0; row < simulations; row++) {
      final long from = rows.ctrlOffset() + row * rows.strideBytes();
      final long to = ((long) steps * simulations + row) * bytes;
      MemorySegment.copy(rows.segment(), from, controls.segment(), to, bytes);
    }
  }

  /** Takes the state in which a row began a new episode. */
  void rowReset(int row) {
    final long bytes = rows.strideBytes();
    if ((resetCount + 1) * bytes > fresh.sizeBytes()) {
      throw new IllegalStateException("tape full: resets=" + resetCount + " at step " + steps);
    }
    MemorySegment.copy(rows.segment(), row * bytes, fresh.segment(), resetCount * bytes, bytes);
    resets.set((long) steps * simulations + row, resetCount);
    resetCount++;
  }

  /** Ends a step; the last one finishes the tape. */
  void stepDone() {
    steps++;
    if (steps == capacity) {
      finish();
    }
  }

  private void copyRows(DoubleSlab to) {
    MemorySegment.copy(rows.segment(), 0, to.segment(), 0, to.sizeBytes());
  }

  /** Ends the recording, between two steps of the shard; nothing happens if it has ended. */
  public void finish() {
    if (!finished) {
      copyRows(last);
      finished = true;
    }
  }

  /** Whether {@link #finish} was called or the horizon is reached. */
  public boolean isFinished() {
    return finished;
  }

  /** T, the number of recorded steps. */
  public int horizon() {
    return steps;
  }

  /** n, the simulations of the shard. */
  public int simulations() {
    return simulations;
  }

  /** Physics steps of an env step. */
  public int frameSkip() {
    return frameSkip;
  }

  /** The path of the simulated model's MJCF file. */
  public Path modelFile() {
    return modelFile;
  }

  /** The states before the first step: [n, stateSize]. */
  public DoubleSlab first() {
    return first;
  }

  /** The states after the last step, resets included: [n, stateSize]. */
  public DoubleSlab last() {
    return last;
  }

  /**
   * The controls as the simulator got them: [T, n, nu], valid in the first {@link #horizon} steps.
   */
  public DoubleSlab controls() {
    return controls;
  }

  /** [T, n]: the row of {@link #fresh} that replaced the state after a step, or -1. */
  public IntSlab resets() {
    return resets;
  }

  /**
   * The states in which new episodes began: [R, stateSize], valid in the first {@link #resetCount}
   * rows.
   */
  public DoubleSlab fresh() {
    return fresh;
  }

  /** Rows of {@link #fresh} in use. */
  public int resetCount() {
    return resetCount;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
