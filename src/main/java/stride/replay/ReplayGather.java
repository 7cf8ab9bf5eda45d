package stride.replay;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import stride.memory.ByteSlab;
import stride.memory.IntSlab;
import stride.options.Require;

/** Collects the rows of a batch. Belongs to one thread; allocates nothing. */
public final class ReplayGather {
  private static final long FLOAT = Float.BYTES;

  private final ReplayMemory memory;
  private final int nStep;
  private final double[] powers; // [n + 1] of gamma
  private final FrameHistory frames; // null where observations are floats

  /**
   * A gather of n-step transitions.
   *
   * @param nStep n, at least 1
   * @param gamma the discount of a step
   */
  public ReplayGather(ReplayMemory memory, int nStep, double gamma) {
    Require.require("n_step", nStep, nStep >= 1, ">= 1");
    this.memory = memory;
    this.nStep = nStep;
    this.powers = new double[nStep + 1];
    this.frames = memory.observations() instanceof ByteSlab ? new FrameHistory(memory) : null;
    powers[0] = 1;
    for (int k = 1; k <= nStep; k++) {
      powers[k] = powers[k - 1] * gamma;
    }
  }

  /**
   * Gathers rows [from, to) of a batch into the first of another slab.
   *
   * @param rows of the memory, as a {@link Sampler} drew them
   * @param out rows [0, to - from) are overwritten
   */
  public void rows(IntSlab rows, int from, int to, ReplayBatch out) {
    Objects.checkFromToIndex(from, to, rows.length());
    Objects.checkFromIndexSize(0, to - from, out.rows());
    for (int k = from; k < to; k++) {
      gather(rows.get(k), k - from, out);
    }
  }

  private void gather(int row, int to, ReplayBatch out) {
    final MemorySegment rewards = memory.rewards().segment();
    final MemorySegment ends = memory.ends().segment();
    int end = ends.get(JAVA_INT, FLOAT * row);
    double reward = rewards.get(JAVA_FLOAT, FLOAT * row);
    int next = memory.next(row);
    int steps = 1;
    while (steps < nStep && end == 0) {
      final int nextEnd = ends.get(JAVA_INT, FLOAT * next);
      if ((nextEnd & ReplayMemory.DIVERGED) != 0) {
        break; // what was seen before the broken step is sound
      }
      reward += powers[steps] * rewards.get(JAVA_FLOAT, FLOAT * next);
      end = nextEnd;
      next = memory.next(next);
      steps++;
    }
    if (frames == null) {
      copyObservations(row, next, end, to, out);
    } else {
      unpackFrames(row, next, end, to, out);
    }
    out.rewards().set(to, (float) reward);
    final boolean terminated = (end & ReplayMemory.TERMINATED) != 0;
    out.discounts().set(to, terminated ? 0 : (float) powers[steps]);
    copyAction(row, to, out);
  }

  private void copyObservations(int row, int next, int end, int to, ReplayBatch out) {
    final MemorySegment observations = memory.observations().segment();
    final MemorySegment nextObservations = out.nextObservations().segment();
    final long bytes = memory.rowBytes();
    copy(observations, row * bytes, out.observations().segment(), to * bytes, bytes);
    if ((end & ReplayMemory.TRUNCATED) != 0) {
      final long terminal = memory.terminalRow(row, end) * bytes;
      copy(memory.terminals().segment(), terminal, nextObservations, to * bytes, bytes);
    } else {
      copy(observations, next * bytes, nextObservations, to * bytes, bytes);
    }
  }

  private void unpackFrames(int row, int next, int end, int to, ReplayBatch out) {
    final long at = (long) to * memory.inputStride();
    frames.seen(row, out.observations(), at);
    if ((end & ReplayMemory.TRUNCATED) != 0) {
      frames.seenLast(memory.previous(next), end, out.nextObservations(), at);
    } else {
      frames.seen(next, out.nextObservations(), at);
    }
  }

  /** Copies a row of whole 16 bytes: a loop, since a call for so few takes longer. */
  private static void copy(
      MemorySegment from, long fromByte, MemorySegment to, long toByte, long bytes) {
    for (long b = 0; b < bytes; b += 16) {
      to.set(JAVA_LONG, toByte + b, from.get(JAVA_LONG, fromByte + b));
      to.set(JAVA_LONG, toByte + b + 8, from.get(JAVA_LONG, fromByte + b + 8));
    }
  }

  private void copyAction(int row, int to, ReplayBatch out) {
    if (memory.actions().discrete()) {
      out.actions().choices().set(to, memory.actions().choices().get(row));
      return;
    }
    final int elements = memory.actions().elements();
    for (int a = 0; a < elements; a++) {
      out.actions()
          .real()
          .set((long) to * elements + a, memory.actions().real().get((long) row * elements + a));
    }
  }
}
