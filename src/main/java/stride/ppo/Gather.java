package stride.ppo;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import stride.collect.RolloutSlabs;
import stride.memory.FloatSlab;

/**
 * Collects the rows of a chunk from all over the rollout. Copies only, and normalises advantages;
 * serves all twins. Stateless; offsets in bytes.
 */
final class Gather {
  private final RolloutSlabs rollout;
  private final FloatSlab advantages;
  private final FloatSlab returns;
  private final int observationBytes;
  private final int actions;

  Gather(
      RolloutSlabs rollout,
      FloatSlab advantages,
      FloatSlab returns,
      int observationStride,
      int actions) {
    this.rollout = rollout;
    this.advantages = advantages;
    this.returns = returns;
    this.observationBytes = 4 * observationStride;
    this.actions = actions;
  }

  /** Fills a chunk with the rows that {@code index} names from {@code at} on. */
  void rows(MemorySegment index, long at, int rows, float mean, float scale, ChunkSlabs chunk) {
    observations(index, 4 * at, rows, chunk.observations().segment());
    if (rollout.discrete()) {
      choices(index, 4 * at, rows, chunk.choices().segment());
    } else {
      actions(index, 4 * at, rows, chunk.actions().segment(), 4L * chunk.columnLength());
    }
    column(rollout.logProbs(), index, 4 * at, rows, chunk.oldLogProbs());
    column(returns, index, 4 * at, rows, chunk.returns());
    column(rollout.values(), index, 4 * at, rows, chunk.oldValues());
    advantages(index, 4 * at, rows, mean, scale, chunk.advantages().segment());
  }

  private void observations(MemorySegment index, long at, int rows, MemorySegment to) {
    final MemorySegment from = rollout.observations().segment();
    final int words = observationBytes / 8; // rows are multiples of 16 bytes
    for (int i = 0; i < rows; i++) {
      long row = (long) index.get(JAVA_INT, at + 4L * i) * observationBytes;
      long out = (long) i * observationBytes;
      for (int k = 0; k < words; k++) {
        to.set(JAVA_LONG, out + 8L * k, from.get(JAVA_LONG, row + 8L * k));
      }
    }
  }

  private void actions(MemorySegment index, long at, int rows, MemorySegment to, long columnBytes) {
    final MemorySegment from = rollout.actions().segment();
    for (int k = 0; k < actions; k++) {
      for (int i = 0; i < rows; i++) {
        long row = (long) index.get(JAVA_INT, at + 4L * i) * actions;
        to.set(JAVA_FLOAT, k * columnBytes + 4L * i, from.get(JAVA_FLOAT, 4 * (row + k)));
      }
    }
  }

  private void choices(MemorySegment index, long at, int rows, MemorySegment to) {
    final MemorySegment from = rollout.discreteActions().segment();
    for (int i = 0; i < rows; i++) {
      to.set(JAVA_INT, 4L * i, from.get(JAVA_INT, 4L * index.get(JAVA_INT, at + 4L * i)));
    }
  }

  private static void column(
      FloatSlab slab, MemorySegment index, long at, int rows, FloatSlab column) {
    final MemorySegment from = slab.segment();
    final MemorySegment to = column.segment();
    for (int i = 0; i < rows; i++) {
      to.set(JAVA_FLOAT, 4L * i, from.get(JAVA_FLOAT, 4L * index.get(JAVA_INT, at + 4L * i)));
    }
  }

  private void advantages(
      MemorySegment index, long at, int rows, float mean, float scale, MemorySegment to) {
    final MemorySegment from = advantages.segment();
    for (int i = 0; i < rows; i++) {
      float advantage = from.get(JAVA_FLOAT, 4L * index.get(JAVA_INT, at + 4L * i));
      to.set(JAVA_FLOAT, 4L * i, (advantage - mean) * scale);
    }
  }
}
