package stride.replay;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import stride.memory.ByteSlab;
import stride.memory.IntSlab;
import stride.options.Require;

/**
 * Collects the rows of a batch. Belongs to one thread; allocates nothing.
 *
 * <p>Rows lie anywhere in a memory larger than the caches, so what takes time is waiting for them.
 * Rows are therefore gathered in blocks, one slab after the other and a few bytes of each row at a
 * time: such loops are so short that the processor asks for a dozen rows at once.
 */
public final class ReplayGather {
  private static final long FLOAT = Float.BYTES;
  private static final int BLOCK = 64;

  // of 8 bytes, of rows that are copied two words at a time; for longer ones a call each is faster
  private static final int MOST_WORDS = 8;

  private final ReplayMemory memory;
  private final int nStep;
  private final double[] powers; // [n + 1] of gamma
  private final FrameHistory frames; // null where observations are floats

  // of the rows of a block
  private final int[] starts = new int[BLOCK]; // in the memory
  private final int[] nexts = new int[BLOCK]; // in the memory: what was seen after the last step
  private final int[] lasts = new int[BLOCK]; // how the last step ended
  private final int[] steps = new int[BLOCK]; // whose rewards count
  private final double[] rewards = new double[BLOCK];

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
    for (int first = from; first < to; first += BLOCK) {
      final int count = Math.min(BLOCK, to - first);
      for (int k = 0; k < count; k++) {
        starts[k] = rows.get(first + k);
      }
      gather(count, first - from, out);
    }
  }

  /** Gathers a block into rows from {@code at} on. */
  private void gather(int count, int at, ReplayBatch out) {
    firstStep(count);
    for (int step = 1; step < nStep; step++) {
      furtherStep(step, count);
    }
    final MemorySegment outRewards = out.rewards().segment();
    final MemorySegment discounts = out.discounts().segment();
    for (int k = 0; k < count; k++) {
      final boolean terminated = (lasts[k] & ReplayMemory.TERMINATED) != 0;
      final double discount = terminated ? 0 : powers[steps[k]];
      outRewards.set(JAVA_FLOAT, FLOAT * (at + k), (float) rewards[k]);
      discounts.set(JAVA_FLOAT, FLOAT * (at + k), (float) discount);
    }
    if (frames == null) {
      copyObservations(count, at, out);
    } else {
      unpackFrames(count, at, out);
    }
    copyActions(count, at, out);
  }

  private void firstStep(int count) {
    final MemorySegment allRewards = memory.rewards().segment();
    final MemorySegment ends = memory.ends().segment();
    for (int k = 0; k < count; k++) {
      final int row = starts[k];
      lasts[k] = ends.get(JAVA_INT, FLOAT * row);
      rewards[k] = allRewards.get(JAVA_FLOAT, FLOAT * row);
      nexts[k] = memory.next(row);
      steps[k] = 1;
    }
  }

  private void furtherStep(int step, int count) {
    final MemorySegment allRewards = memory.rewards().segment();
    final MemorySegment ends = memory.ends().segment();
    for (int k = 0; k < count; k++) {
      if (lasts[k] != 0 || steps[k] < step) {
        continue;
      }
      final int row = nexts[k];
      final int end = ends.get(JAVA_INT, FLOAT * row);
      if ((end & ReplayMemory.DIVERGED) != 0) {
        continue; // what was seen before the broken step is sound
      }
      rewards[k] += powers[step] * allRewards.get(JAVA_FLOAT, FLOAT * row);
      lasts[k] = end;
      nexts[k] = memory.next(row);
      steps[k] = step + 1;
    }
  }

  private void copyObservations(int count, int at, ReplayBatch out) {
    final MemorySegment observations = memory.observations().segment();
    final MemorySegment nextObservations = out.nextObservations().segment();
    final long bytes = memory.rowBytes();
    final int words = (int) (bytes / Long.BYTES);
    copy(observations, starts, out.observations().segment(), at, count, words);
    copy(observations, nexts, nextObservations, at, count, words);
    for (int k = 0; k < count; k++) {
      if ((lasts[k] & ReplayMemory.TRUNCATED) != 0) {
        final long terminal = memory.terminalRow(starts[k], lasts[k]) * bytes;
        final MemorySegment terminals = memory.terminals().segment();
        MemorySegment.copy(terminals, terminal, nextObservations, (at + k) * bytes, bytes);
      }
    }
  }

  private void unpackFrames(int count, int at, ReplayBatch out) {
    for (int k = 0; k < count; k++) {
      final long first = (long) (at + k) * memory.inputStride();
      frames.seen(starts[k], out.observations(), first);
      if ((lasts[k] & ReplayMemory.TRUNCATED) != 0) {
        final int last = memory.previous(nexts[k]);
        frames.seenLast(last, lasts[k], out.nextObservations(), first);
      } else {
        frames.seen(nexts[k], out.nextObservations(), first);
      }
    }
  }

  /** Copies rows of words of 8 bytes, an even number, to rows from {@code at} on. */
  private static void copy(
      MemorySegment from, int[] rows, MemorySegment to, int at, int count, int words) {
    if (words > MOST_WORDS) {
      final long bytes = (long) words * Long.BYTES;
      for (int k = 0; k < count; k++) {
        MemorySegment.copy(from, rows[k] * bytes, to, (at + k) * bytes, bytes);
      }
      return;
    }
    for (int word = 0; word < words; word += 2) {
      for (int k = 0; k < count; k++) {
        final long source = ((long) rows[k] * words + word) * Long.BYTES;
        final long target = ((long) (at + k) * words + word) * Long.BYTES;
        to.set(JAVA_LONG, target, from.get(JAVA_LONG, source));
        to.set(JAVA_LONG, target + 8, from.get(JAVA_LONG, source + 8));
      }
    }
  }

  private void copyActions(int count, int at, ReplayBatch out) {
    final boolean discrete = memory.actions().discrete();
    final MemorySegment from =
        (discrete ? memory.actions().choices() : memory.actions().real()).segment();
    final MemorySegment to = (discrete ? out.actions().choices() : out.actions().real()).segment();
    final int elements = memory.actions().elements();
    for (int a = 0; a < elements; a++) {
      for (int k = 0; k < count; k++) {
        final long source = FLOAT * ((long) starts[k] * elements + a);
        final long target = FLOAT * ((long) (at + k) * elements + a);
        to.set(JAVA_INT, target, from.get(JAVA_INT, source));
      }
    }
  }
}
