package stride.replay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;

/**
 * Observations of the last H frames, put together from a memory that has each frame once: {@code
 * [pixels][H]} floats in [0, 1], the newest frame last. Before an episode's first frame there is
 * that frame again. Belongs to one thread; allocates nothing.
 */
final class FrameHistory {
  private static final float WHITE = 255;
  private static final int BYTE = 0xFF;

  private final ReplayMemory memory;
  private final int pixels;
  private final int history; // H

  FrameHistory(ReplayMemory memory) {
    this.memory = memory;
    this.pixels = memory.spec().observationElements();
    this.history = memory.history();
  }

  /**
   * Writes what the action of a step answered.
   *
   * @param row of the step
   * @param at float of {@code out} at which it begins
   */
  void seen(int row, FloatSlab out, long at) {
    int frame = row;
    for (int h = history - 1; h >= 0; h--) {
      unpack(memory.observations().segment(), frame, h, out, at);
      frame = before(frame);
    }
  }

  /** Writes what was seen after a step that an episode was truncated at. */
  void seenLast(int row, int end, FloatSlab out, long at) {
    unpack(memory.terminals().segment(), memory.terminalRow(row, end), history - 1, out, at);
    int frame = row;
    for (int h = history - 2; h >= 0; h--) {
      unpack(memory.observations().segment(), frame, h, out, at);
      frame = before(frame);
    }
  }

  /** The row before in the same episode; its first row itself. */
  private int before(int row) {
    final int previous = memory.previous(row);
    return memory.ends().get(previous) == 0 ? previous : row;
  }

  private void unpack(MemorySegment frames, int frame, int h, FloatSlab out, long at) {
    final MemorySegment floats = out.segment();
    final long first = (long) frame * pixels;
    for (int pixel = 0; pixel < pixels; pixel++) {
      final int value = frames.get(JAVA_BYTE, first + pixel) & BYTE;
      floats.set(JAVA_FLOAT, Float.BYTES * (at + (long) pixel * history + h), value / WHITE);
    }
  }
}
