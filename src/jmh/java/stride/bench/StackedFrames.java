package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.replay.ReplayBatch;

/**
 * Memories of frames as they are often written: each transition has the whole stack of its last
 * frames, and that of the next observation, as floats or as bytes. Rewards are of one step.
 *
 * <p>The memory belongs to the arena that was passed. One thread at a time.
 */
final class StackedFrames {
  private static final float WHITE = 255;

  private final int stack; // elements
  private final FloatSlab floats; // [C, stack]
  private final FloatSlab nextFloats; // [C, stack]
  private final ByteSlab bytes; // [C, stack]
  private final ByteSlab nextBytes; // [C, stack]
  private final IntSlab actions; // [C]
  private final FloatSlab rewards; // [C]
  private final FloatSlab discounts; // [C]

  /** Stores the transitions of another memory in both forms. */
  StackedFrames(Arena arena, DrawnMemory drawn, double gamma) {
    final int rows = drawn.rows();
    this.stack = drawn.memory().inputStride();
    this.floats = FloatSlab.allocate(arena, rows, stack);
    this.nextFloats = FloatSlab.allocate(arena, rows, stack);
    this.bytes = ByteSlab.allocate(arena, rows, stack);
    this.nextBytes = ByteSlab.allocate(arena, rows, stack);
    this.actions = IntSlab.allocate(arena, rows);
    this.rewards = FloatSlab.allocate(arena, rows);
    this.discounts = FloatSlab.allocate(arena, rows);
    for (int row = 0; row < rows; row++) {
      final DrawnMemory.Outcome outcome = drawn.outcome(row, 1, gamma);
      store(drawn.seen(row), (long) row * stack, floats, bytes);
      store(outcome.seenThen(), (long) row * stack, nextFloats, nextBytes);
      actions.set(row, drawn.actions().choices().get(row));
      rewards.set(row, outcome.reward());
      discounts.set(row, outcome.discount());
    }
  }

  private static void store(float[] seen, long at, FloatSlab asFloats, ByteSlab asBytes) {
    asFloats.set(at, seen);
    for (int k = 0; k < seen.length; k++) {
      asBytes.set(at + k, (byte) Math.round(WHITE * seen[k]));
    }
  }

  /** Bytes of a transition whose stacks are floats. */
  double bytesAsFloats() {
    return 2.0 * stack * Float.BYTES + besideStacks();
  }

  /** Bytes of a transition whose stacks are bytes. */
  double bytesAsBytes() {
    return 2.0 * stack + besideStacks();
  }

  private static int besideStacks() {
    return Integer.BYTES + 2 * Float.BYTES;
  }

  /**
   * Gathers a batch from stacks of floats.
   *
   * @param drawn rows of the ring, which has one more step in front
   * @param from the first of them that is in the batch
   * @param count rows of the batch
   */
  void gatherFloats(IntSlab drawn, int from, int count, ReplayBatch out) {
    final long rowBytes = (long) stack * Float.BYTES;
    for (int k = 0; k < count; k++) {
      final int row = DrawnMemory.plain(drawn.get(from + k));
      copy(floats, row * rowBytes, out.observations(), k * rowBytes, rowBytes);
      copy(nextFloats, row * rowBytes, out.nextObservations(), k * rowBytes, rowBytes);
      gatherRest(row, k, out);
    }
  }

  private static void copy(FloatSlab from, long fromByte, FloatSlab to, long toByte, long count) {
    MemorySegment.copy(from.segment(), fromByte, to.segment(), toByte, count);
  }

  /** The same from stacks of bytes. */
  void gatherBytes(IntSlab drawn, int from, int count, ReplayBatch out) {
    for (int k = 0; k < count; k++) {
      final int row = DrawnMemory.plain(drawn.get(from + k));
      unpack(bytes, row, out.observations(), k);
      unpack(nextBytes, row, out.nextObservations(), k);
      gatherRest(row, k, out);
    }
  }

  private void unpack(ByteSlab from, int row, FloatSlab to, int toRow) {
    final MemorySegment source = from.segment();
    final MemorySegment target = to.segment();
    final long at = (long) row * stack;
    final long toFloat = (long) toRow * stack;
    for (int k = 0; k < stack; k++) {
      final int value = source.get(JAVA_BYTE, at + k) & 0xFF;
      target.set(JAVA_FLOAT, Float.BYTES * (toFloat + k), value / WHITE);
    }
  }

  private void gatherRest(int row, int to, ReplayBatch out) {
    out.actions().choices().set(to, actions.get(row));
    out.rewards().set(to, rewards.get(row));
    out.discounts().set(to, discounts.get(row));
  }
}
