package stride.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/**
 * The transitions of a memory, to be copied without a look at what they are, in two forms.
 *
 * <p>In places: slabs like the ring's, of which a batch takes the very rows that a gather takes,
 * and for next observations the rows one step later. Packed: observation, next observation, reward,
 * discount and action in one piece, the next observation stored twice.
 *
 * <p>The memory belongs to the arena that was passed. One thread at a time.
 */
final class CopiedRows {
  private static final int FLOAT = Float.BYTES;

  private final int elements; // of an action
  private final int rowBytes; // of an observation
  private final int packedBytes; // of a whole transition
  private final int capacity;
  private final int[] rows; // [B] of a batch
  private final int[] nexts; // [B], one step later

  private final Columns ring; // [C + N, ...]
  private final Columns batch; // [B, ...]
  private final FloatSlab packed; // [C, packedBytes]
  private final FloatSlab packedBatch; // [B, packedBytes]

  /** What lies in slabs of its own. Ends and discounts take the same bytes. */
  private record Columns(
      FloatSlab seen, FloatSlab seenThen, IntSlab actions, FloatSlab rewards, IntSlab ends) {
    Columns(Arena arena, FloatSlab seen, FloatSlab seenThen, int rows, int elements) {
      this(
          seen,
          seenThen,
          IntSlab.allocate(arena, rows, elements),
          FloatSlab.allocate(arena, rows),
          IntSlab.allocate(arena, rows));
    }
  }

  /**
   * Lays out the transitions of a memory.
   *
   * @param size rows of a batch
   */
  CopiedRows(Arena arena, DrawnMemory drawn, int size, double gamma) {
    final int stride = drawn.memory().inputStride();
    this.capacity = drawn.rows();
    this.elements = drawn.actions().elements();
    this.rowBytes = stride * FLOAT;
    final int bytes = (2 * stride + 2 + elements) * FLOAT;
    this.packedBytes = Math.ceilDiv(bytes, ShortRows.MULTIPLE) * ShortRows.MULTIPLE;
    this.rows = new int[size];
    this.nexts = new int[size];
    final FloatSlab all = FloatSlab.allocate(arena, capacity + DrawnMemory.ENVS, stride);
    this.ring = new Columns(arena, all, all, capacity + DrawnMemory.ENVS, elements);
    final FloatSlab seen = FloatSlab.allocate(arena, size, stride);
    final FloatSlab seenThen = FloatSlab.allocate(arena, size, stride);
    this.batch = new Columns(arena, seen, seenThen, size, elements);
    this.packed = FloatSlab.allocate(arena, capacity, packedBytes / FLOAT);
    this.packedBatch = FloatSlab.allocate(arena, size, packedBytes / FLOAT);
    for (int row = 0; row < capacity; row++) {
      place(drawn, row);
      pack(drawn, row, drawn.outcome(row, 1, gamma));
    }
  }

  private void place(DrawnMemory drawn, int row) {
    final int to = row + DrawnMemory.ENVS;
    ring.seen.set((long) to * rowBytes / FLOAT, drawn.seen(row));
    ring.rewards.set(to, row);
    ring.ends.set(to, row);
    for (int a = 0; a < elements; a++) {
      ring.actions.set((long) to * elements + a, row);
    }
  }

  private void pack(DrawnMemory drawn, int row, DrawnMemory.Outcome outcome) {
    long at = (long) row * packedBytes / FLOAT;
    packed.set(at, drawn.seen(row));
    at += outcome.seenThen().length;
    packed.set(at, outcome.seenThen());
    at += outcome.seenThen().length;
    packed.set(at++, outcome.reward());
    packed.set(at++, outcome.discount());
    for (int a = 0; a < elements; a++) {
      packed.set(at++, row);
    }
  }

  /** Copies a batch from its places: rows of the ring from {@code first} on. */
  void copy(IntSlab drawn, int first) {
    for (int k = 0; k < rows.length; k++) {
      final int row = drawn.get(first + k);
      rows[k] = row;
      nexts[k] = row < capacity ? row + DrawnMemory.ENVS : row - capacity;
    }
    ShortRows.gather(ring.seen.segment(), rows, batch.seen.segment(), rowBytes);
    ShortRows.gather(ring.seenThen.segment(), nexts, batch.seenThen.segment(), rowBytes);
    ShortRows.gatherNumbers(ring.actions.segment(), rows, batch.actions.segment(), elements);
    ShortRows.gatherNumbers(ring.rewards.segment(), rows, batch.rewards.segment(), 1);
    ShortRows.gatherNumbers(ring.ends.segment(), rows, batch.ends.segment(), 1);
  }

  /** Copies a batch, each transition in one piece. */
  void copyPacked(IntSlab drawn, int first) {
    for (int k = 0; k < rows.length; k++) {
      rows[k] = DrawnMemory.plain(drawn.get(first + k));
    }
    ShortRows.gather(packed.segment(), rows, packedBatch.segment(), packedBytes);
  }

  /** Fails unless both ways copy the rows from {@code first} on. */
  void prove(IntSlab drawn, int first) {
    copy(drawn, first);
    for (int k = 0; k < rows.length; k++) {
      final int plain = DrawnMemory.plain(rows[k]);
      final boolean same =
          isRow(ring.seen, rows[k], batch.seen, k, rowBytes)
              && isRow(ring.seenThen, nexts[k], batch.seenThen, k, rowBytes)
              && batch.actions.get((long) (k + 1) * elements - 1) == plain
              && batch.rewards.get(k) == plain
              && batch.ends.get(k) == plain;
      require(same, k);
    }
    copyPacked(drawn, first);
    for (int k = 0; k < rows.length; k++) {
      require(isRow(packed, rows[k], packedBatch, k, packedBytes), k);
    }
  }

  private static boolean isRow(FloatSlab from, int row, FloatSlab to, int toRow, int bytes) {
    final long a = (long) row * bytes;
    final long b = (long) toRow * bytes;
    return MemorySegment.mismatch(from.segment(), a, a + bytes, to.segment(), b, b + bytes) < 0;
  }

  private static void require(boolean copied, int row) {
    if (!copied) {
      throw new IllegalStateException("row " + row + " was not copied");
    }
  }
}
