package stride.bench;

import java.lang.foreign.Arena;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.replay.ReplayBatch;

/**
 * A memory as it is often written: a row for each transition, with the next observation beside the
 * observation. Actions are choices, rewards are of one step.
 *
 * <p>The memory belongs to the arena that was passed. One thread at a time.
 */
final class TwiceStored {
  private final FloatSlab observations; // [C, D']
  private final FloatSlab nextObservations; // [C, D']
  private final IntSlab actions; // [C]
  private final FloatSlab rewards; // [C]
  private final FloatSlab discounts; // [C]
  private final int rowBytes;
  private final int[] rows; // of a batch

  /**
   * Stores the transitions of another memory.
   *
   * @param batch rows of a batch
   */
  TwiceStored(Arena arena, DrawnMemory drawn, double gamma, int batch) {
    final int capacity = drawn.rows();
    final int stride = drawn.memory().inputStride();
    this.observations = FloatSlab.allocate(arena, capacity, stride);
    this.nextObservations = FloatSlab.allocate(arena, capacity, stride);
    this.actions = IntSlab.allocate(arena, capacity);
    this.rewards = FloatSlab.allocate(arena, capacity);
    this.discounts = FloatSlab.allocate(arena, capacity);
    this.rowBytes = stride * Float.BYTES;
    this.rows = new int[batch];
    for (int row = 0; row < capacity; row++) {
      final DrawnMemory.Outcome outcome = drawn.outcome(row, 1, gamma);
      observations.set((long) row * stride, drawn.seen(row));
      nextObservations.set((long) row * stride, outcome.seenThen());
      actions.set(row, drawn.actions().choices().get(row));
      rewards.set(row, outcome.reward());
      discounts.set(row, outcome.discount());
    }
  }

  /** Bytes of a transition. */
  double bytesPerTransition() {
    return 2.0 * rowBytes + Integer.BYTES + 2 * Float.BYTES;
  }

  /**
   * Gathers a batch, as carefully as {@link stride.replay.ReplayGather} does.
   *
   * @param drawn rows of the ring, which has one more step in front
   * @param from the first of them that is in the batch
   */
  void gather(IntSlab drawn, int from, ReplayBatch out) {
    for (int k = 0; k < rows.length; k++) {
      rows[k] = DrawnMemory.plain(drawn.get(from + k));
    }
    ShortRows.gather(observations.segment(), rows, out.observations().segment(), rowBytes);
    ShortRows.gather(nextObservations.segment(), rows, out.nextObservations().segment(), rowBytes);
    ShortRows.gatherNumbers(actions.segment(), rows, out.actions().choices().segment(), 1);
    ShortRows.gatherNumbers(rewards.segment(), rows, out.rewards().segment(), 1);
    ShortRows.gatherNumbers(discounts.segment(), rows, out.discounts().segment(), 1);
  }
}
