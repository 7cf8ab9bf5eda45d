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
  private final long rowBytes;

  /** Stores the transitions of another memory. */
  TwiceStored(Arena arena, DrawnMemory drawn, double gamma) {
    final int rows = drawn.rows();
    final int stride = drawn.memory().inputStride();
    this.observations = FloatSlab.allocate(arena, rows, stride);
    this.nextObservations = FloatSlab.allocate(arena, rows, stride);
    this.actions = IntSlab.allocate(arena, rows);
    this.rewards = FloatSlab.allocate(arena, rows);
    this.discounts = FloatSlab.allocate(arena, rows);
    this.rowBytes = (long) stride * Float.BYTES;
    for (int row = 0; row < rows; row++) {
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
    return 2 * rowBytes + Integer.BYTES + 2 * Float.BYTES;
  }

  /**
   * Gathers a batch.
   *
   * @param drawn rows of the ring, which has one more step in front
   * @param from the first of them that is in the batch
   * @param count rows of the batch
   */
  void gather(IntSlab drawn, int from, int count, ReplayBatch out) {
    final var seen = observations.segment();
    final var seenThen = nextObservations.segment();
    final var outSeen = out.observations().segment();
    final var outSeenThen = out.nextObservations().segment();
    for (int k = 0; k < count; k++) {
      final int row = DrawnMemory.plain(drawn.get(from + k));
      ShortRows.copy(seen, row * rowBytes, outSeen, k * rowBytes, rowBytes);
      ShortRows.copy(seenThen, row * rowBytes, outSeenThen, k * rowBytes, rowBytes);
      out.actions().choices().set(k, actions.get(row));
      out.rewards().set(k, rewards.get(row));
      out.discounts().set(k, discounts.get(row));
    }
  }
}
