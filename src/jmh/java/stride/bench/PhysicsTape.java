package stride.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.env.ReplayTape;
import stride.env.Task;
import stride.memory.DoubleSlab;
import stride.mujoco.Model;
import stride.mujoco.SimulationBatch;
import stride.mujoco.StateRows;

/**
 * The physics of a {@link SteppedShard} and nothing else: a batch that steps from every state, and
 * with the very controls, that the shard's environments had.
 *
 * <p>States before each of the T steps were kept, so that it needs no resets to stay where the
 * shard goes. Belongs to one thread, which closes it.
 */
final class PhysicsTape implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final SimulationBatch batch;
  private final int frameSkip;
  private final int steps; // T
  private final DoubleSlab before; // [T, n, stateSize], controls included
  private final int[] ended; // [T] episodes
  private int next;

  PhysicsTape(Task task, int envs) {
    try (SteppedShard shard = new SteppedShard(task, envs);
        ReplayTape tape = shard.record();
        Model model = Model.load(tape.modelFile())) {
      this.frameSkip = tape.frameSkip();
      this.steps = tape.horizon();
      this.ended = new int[steps];
      this.batch = new SimulationBatch(model, envs, /* threads= */ 1, /* persistent= */ false);
      this.before = DoubleSlab.allocate(arena, steps, envs, batch.rows().stateSize());
      follow(tape);
    }
  }

  /** Does what the shard did, keeping the states; proves that it ended in the same. */
  private void follow(ReplayTape tape) {
    final StateRows rows = batch.rows();
    final long frame = rows.segment().byteSize();
    MemorySegment.copy(tape.first().segment(), 0, rows.segment(), 0, frame);
    for (int t = 0; t < steps; t++) {
      control(tape, t);
      MemorySegment.copy(rows.segment(), 0, before.segment(), t * frame, frame);
      batch.step(frameSkip);
      restart(tape, t);
    }
    if (rows.segment().mismatch(tape.last().segment()) >= 0) {
      throw new IllegalStateException("the batch ended in other states than the shard");
    }
  }

  private void control(ReplayTape tape, int t) {
    final StateRows rows = batch.rows();
    long at = (long) t * rows.simulations() * rows.nu();
    for (int row = 0; row < rows.simulations(); row++) {
      for (int k = 0; k < rows.nu(); k++) {
        rows.setCtrl(row, k, tape.controls().get(at++));
      }
    }
  }

  private void restart(ReplayTape tape, int t) {
    final StateRows rows = batch.rows();
    final long bytes = rows.strideBytes();
    for (int row = 0; row < rows.simulations(); row++) {
      int fresh = tape.resets().get((long) t * rows.simulations() + row);
      if (fresh >= 0) {
        batch.reset(row);
        MemorySegment.copy(
            tape.fresh().segment(), fresh * bytes, rows.segment(), row * bytes, bytes);
        ended[t]++;
      }
    }
  }

  int envs() {
    return batch.simulations();
  }

  /** Goes back to the first step. */
  void rewind() {
    next = 0;
  }

  /** Simulates the next of the T steps; returns how many episodes ended in it. */
  int step() {
    if (next == steps) {
      rewind();
    }
    final MemorySegment rows = batch.rows().segment();
    final long frame = rows.byteSize();
    MemorySegment.copy(before.segment(), next * frame, rows, 0, frame);
    batch.step(frameSkip);
    return ended[next++];
  }

  @Override
  public void close() {
    batch.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
