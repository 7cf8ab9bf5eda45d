package stride.mujoco;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import stride.memory.Downcalls;

/**
 * The limit: replays a tape with bare {@code mj_step} in C, without Java, policy or observations.
 *
 * <p>The actions and resets are the rollout's own, since fallen robots step slower than walking
 * ones; final states that are equal to the last bit prove that the same physics was done. One
 * object per thread: a second thread is refused while it runs. The owner closes it, which is
 * idempotent.
 */
public final class Replay implements AutoCloseable {
  /** How C holds the simulations; which is faster depends on the model and the caches. */
  public enum Form {
    /** One mjData per simulation. */
    PER_SIMULATION,
    /** One mjData per thread, states copied in and out, as a batch does. */
    HOT
  }

  private final Arena arena = Arena.ofShared();
  private final Model model;
  private final MemorySegment data; // [simulations] mjData*
  private final MemorySegment rows; // [simulations, stateSize]
  private final MemorySegment text;
  private final int simulations;
  private final Turn turn = new Turn();

  /**
   * Makes room for a part of a tape.
   *
   * @param model the model of the tape; must outlive this object
   * @param simulations how many simulations of a tape are replayed at most
   */
  public Replay(Model model, int simulations) {
    this.model = model;
    this.simulations = simulations;
    try {
      this.text = arena.allocate(Mujoco.TEXT_BYTES);
      this.data = arena.allocate(ValueLayout.ADDRESS, simulations);
      this.rows = arena.allocate((long) simulations * model.stateSize() * Double.BYTES, 64);
      for (int i = 0; i < simulations; i++) {
        data.setAtIndex(ValueLayout.ADDRESS, i, makeData());
      }
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  @SuppressWarnings("restricted")
  private MemorySegment makeData() {
    MemorySegment made;
    try {
      made =
          (MemorySegment)
              MujocoNative.stride_make_data.invokeExact(model.handle(), text, Mujoco.TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    if (made.address() == 0) {
      throw new MujocoException("mj_makeData: " + text.getString(0));
    }
    return made.reinterpret(arena, Replay::delete);
  }

  private static void delete(MemorySegment made) {
    try {
      MujocoNative.mj_deleteData.invokeExact(made);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /**
   * Replays some of a tape's simulations from their first states. Returns how many ended in another
   * state than the rollout's, in any bit.
   *
   * @param form how C holds the simulations
   * @param to the first not to replay; at most {@code simulations} of them
   * @throws MujocoException if MuJoCo raised an error
   * @throws IllegalStateException if another thread runs this object
   */
  public int run(Tape tape, Form form, int from, int to) {
    check(tape, from, to);
    turn.begin(this);
    try {
      int different = replay(tape, form, from, to);
      if (different < 0) {
        throw new MujocoException("replay: " + text.getString(0));
      }
      return different;
    } finally {
      turn.end();
    }
  }

  private int replay(Tape tape, Form form, int from, int to) {
    try {
      return (int)
          MujocoNative.stride_replay.invokeExact(
              model.handle(),
              data,
              rows,
              form == Form.HOT ? 1 : 0,
              tape.first(),
              tape.last(),
              tape.controls(),
              tape.resets(),
              tape.fresh(),
              Math.toIntExact(tape.fresh().byteSize() / stateBytes()),
              tape.n(),
              tape.horizon(),
              tape.frameSkip(),
              from,
              to,
              text,
              Mujoco.TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  private long stateBytes() {
    return (long) model.stateSize() * Double.BYTES;
  }

  private void check(Tape tape, int from, int to) {
    if (from < 0 || to > tape.n() || from >= to || to - from > simulations) {
      throw new IllegalArgumentException(
          "from=" + from + ", to=" + to + ", n=" + tape.n() + ", capacity=" + simulations);
    }
    long steps = (long) tape.n() * tape.horizon();
    long rowBytes = stateBytes();
    if (tape.first().byteSize() < tape.n() * rowBytes
        || tape.last().byteSize() < tape.n() * rowBytes
        || tape.controls().byteSize() < steps * model.nu() * Double.BYTES
        || tape.resets().byteSize() < steps * Integer.BYTES) {
      throw new IllegalArgumentException("tape is shorter than its shape says: " + tape);
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return "Replay[simulations=" + simulations + "]";
  }
}
