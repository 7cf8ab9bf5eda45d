package stride.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static stride.mujoco.MujocoNative.WARNINGS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.memory.Downcalls;

/**
 * Many simulations of one model, stepped by one downcall (MuJoCo's mjBatch).
 *
 * <p>{@link #isBad} tells at once in which rows MuJoCo raised an error or met a bad number. MuJoCo
 * then silently resets the state or zeroes the controls and continues. A batch belongs to one
 * thread at a time: a second thread is refused while it steps. Its owner closes it; closing is
 * idempotent.
 */
public final class SimulationBatch implements AutoCloseable {
  // mjtState bits
  private static final int TIME = 1;
  private static final int QPOS = 1 << 1;
  private static final int QVEL = 1 << 2;
  private static final int CTRL = 1 << 6;

  private final Arena arena;
  private final MemorySegment handle;
  private final int simulations;
  private final StateRows rows;
  private final MemorySegment initial; // [stateSize] the row of a simulation just reset
  private final MemorySegment warnings; // [simulations, kinds] counters
  private final MemorySegment status; // [simulations] ints, nonzero after an error
  private final MemorySegment text; // error message of a guarded call
  private final Turn turn = new Turn();
  private long warningsBeforeReset;

  /**
   * Makes simulations in the model's default state.
   *
   * @param model copied; may be closed afterwards
   * @param simulations how many, at least 1
   * @param threads threads of a step, the caller's included, at least 1
   * @param persistent one mjData per simulation instead of one per thread
   * @throws MujocoException if MuJoCo refuses, with its reason
   */
  public SimulationBatch(Model model, int simulations, int threads, boolean persistent) {
    if (simulations < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "simulations=" + simulations + ", threads=" + threads + ", required: both >= 1");
    }
    this.simulations = simulations;
    this.arena = Arena.ofShared();
    try {
      this.text = arena.allocate(Mujoco.TEXT_BYTES);
      this.handle = make(model, threads, persistent);
      reset();
      this.rows = mapRows(model);
      this.initial = arena.allocate(rows.strideBytes(), 64);
      MemorySegment.copy(rows.segment(), 0, initial, 0, rows.strideBytes());
      this.warnings = mapWarnings();
      this.status = mapStatus();
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  @SuppressWarnings("restricted")
  private MemorySegment make(Model model, int threads, boolean persistent) {
    MemorySegment batch;
    try {
      batch =
          (MemorySegment)
              MujocoNative.stride_make_batch.invokeExact(
                  model.handle(),
                  simulations,
                  threads,
                  persistent ? 1 : 0,
                  text,
                  Mujoco.TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    if (batch.address() == 0) {
      throw new MujocoException(
          "mjb_makeBatch: " + text.getString(0) + " (simulations=" + simulations + ")");
    }
    return batch.reinterpret(arena, SimulationBatch::delete);
  }

  private static void delete(MemorySegment batch) {
    try {
      MujocoNative.mjb_deleteBatch.invokeExact(batch);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  private void reset() {
    int failed;
    try {
      failed = (int) MujocoNative.stride_reset_batch.invokeExact(handle, text, Mujoco.TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    if (failed < 0) {
      throw new MujocoException("mjb_reset: " + text.getString(0));
    }
    if (failed > 0) {
      throw new MujocoException("mjb_reset: " + failed + " of " + simulations + " failed");
    }
  }

  @SuppressWarnings("restricted")
  private StateRows mapRows(Model model) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment size = scratch.allocate(JAVA_INT);
      int stateSize;
      MemorySegment state;
      long[] addresses = new long[4];
      int[] components = {TIME, QPOS, QVEL, CTRL};
      try {
        stateSize = (int) MujocoNative.mjb_nstate.invokeExact(handle);
        state = (MemorySegment) MujocoNative.mjb_state.invokeExact(handle);
        for (int i = 0; i < components.length; i++) {
          MemorySegment component =
              (MemorySegment)
                  MujocoNative.mjb_stateComponent.invokeExact(handle, components[i], size);
          addresses[i] = component.address();
        }
      } catch (Throwable t) {
        throw Downcalls.rethrow(t);
      }
      long bytes = (long) simulations * stateSize * Double.BYTES;
      return new StateRows(state.reinterpret(bytes, arena, null), simulations, model, addresses);
    }
  }

  @SuppressWarnings("restricted")
  private MemorySegment mapWarnings() {
    try {
      MemorySegment counters = (MemorySegment) MujocoNative.mjb_warning.invokeExact(handle);
      long bytes = (long) simulations * WARNINGS.kinds() * WARNINGS.bytes();
      return counters.reinterpret(bytes, arena, null);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  @SuppressWarnings("restricted")
  private MemorySegment mapStatus() {
    try {
      MemorySegment values = (MemorySegment) MujocoNative.mjb_status.invokeExact(handle);
      return values.reinterpret((long) simulations * Integer.BYTES, arena, null);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /** The simulations' states: [simulations, stateSize], live. */
  public StateRows rows() {
    return rows;
  }

  public int simulations() {
    return simulations;
  }

  /**
   * Advances every simulation from its row by some physics steps, at least 1. Returns how many
   * raised a MuJoCo error; those keep the state they had.
   *
   * @throws MujocoException if MuJoCo refuses the call
   * @throws IllegalStateException if another thread steps the batch
   */
  public int step(int substeps) {
    turn.begin(this);
    try {
      int failed =
          (int)
              MujocoNative.stride_step_batch.invokeExact(handle, substeps, text, Mujoco.TEXT_BYTES);
      if (failed < 0) {
        throw new MujocoException("mjb_step: " + text.getString(0));
      }
      return failed;
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    } finally {
      turn.end();
    }
  }

  /**
   * Whether the last step of a simulation went wrong: MuJoCo raised an error, or counted a bad
   * number in positions, velocities, accelerations or controls since {@link #reset(int)}.
   */
  public boolean isBad(int simulation) {
    long first =
        ((long) simulation * WARNINGS.kinds() + WARNINGS.firstBad()) * WARNINGS.bytes()
            + WARNINGS.numberOffset();
    int counted = status.get(JAVA_INT, 4L * simulation);
    for (int k = 0; k <= WARNINGS.lastBad() - WARNINGS.firstBad(); k++) {
      counted |= warnings.get(JAVA_INT, first + (long) k * WARNINGS.bytes());
    }
    return counted != 0;
  }

  /** What went wrong in a simulation's last step, in MuJoCo's own words; empty if nothing did. */
  @SuppressWarnings("restricted")
  public String failure(int simulation) {
    try {
      if (status.get(JAVA_INT, 4L * simulation) != 0) {
        MemorySegment error =
            (MemorySegment) MujocoNative.mjb_error.invokeExact(handle, simulation);
        return error.reinterpret(Mujoco.TEXT_BYTES).getString(0);
      }
      for (int kind = WARNINGS.firstBad(); kind <= WARNINGS.lastBad(); kind++) {
        long counter = ((long) simulation * WARNINGS.kinds() + kind) * WARNINGS.bytes();
        if (warnings.get(JAVA_INT, counter + WARNINGS.numberOffset()) != 0) {
          long info = warnings.get(JAVA_INT, counter);
          MemorySegment words =
              (MemorySegment) MujocoNative.mju_warningText.invokeExact(kind, info);
          return words.reinterpret(Mujoco.TEXT_BYTES).getString(0);
        }
      }
      return "";
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /**
   * Puts a simulation back into the model's default state without a call into MuJoCo: the row is
   * the whole integration state, so copying a fresh row over it is a reset.
   */
  public void reset(int simulation) {
    long stride = rows.strideBytes();
    MemorySegment.copy(initial, 0, rows.segment(), simulation * stride, stride);
    long counter = (long) simulation * WARNINGS.kinds() * WARNINGS.bytes();
    for (int kind = 0; kind < WARNINGS.kinds(); kind++) {
      warningsBeforeReset += warnings.get(JAVA_INT, counter + WARNINGS.numberOffset());
      warnings.set(JAVA_INT, counter + WARNINGS.numberOffset(), 0);
      counter += WARNINGS.bytes();
    }
  }

  /**
   * How many warnings MuJoCo has counted in all simulations, of any kind, since the batch was made.
   */
  public long warnings() {
    long sum = warningsBeforeReset;
    for (long k = 0; k < (long) simulations * WARNINGS.kinds(); k++) {
      sum += warnings.get(JAVA_INT, k * WARNINGS.bytes() + WARNINGS.numberOffset());
    }
    return sum;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return "SimulationBatch[simulations=" + simulations + "]";
  }
}
