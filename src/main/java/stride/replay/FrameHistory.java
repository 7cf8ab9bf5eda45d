package stride.replay;

import stride.learn.Backends;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.Kernels;

/**
 * Observations of the last H frames, put together from a memory that has each frame once: {@code
 * [pixels][H]} floats in [0, 1], the newest frame last. Before an episode's first frame there is
 * that frame again. Belongs to one thread; allocates nothing.
 */
final class FrameHistory {
  private final Kernels kernels = Backends.kernels(Backend.CPU); // its twin gives the same bits
  private final ReplayMemory memory;
  private final ByteSlab observations; // the memory's
  private final ByteSlab terminals; // the memory's
  private final int pixels;
  private final ByteSlab[] frames; // [H] where each is, the newest last
  private final long[] offsets; // [H] in it

  /** The history of a memory of frames. */
  FrameHistory(ReplayMemory memory) {
    this.memory = memory;
    this.observations = (ByteSlab) memory.observations();
    this.terminals = (ByteSlab) memory.terminals();
    this.pixels = memory.spec().observationElements();
    this.frames = new ByteSlab[memory.history()];
    this.offsets = new long[memory.history()];
  }

  /**
   * Writes what the action of a step answered.
   *
   * @param row of the step
   * @param at float of {@code out} at which it begins
   */
  void seen(int row, FloatSlab out, long at) {
    stack(row, frames.length - 1, out, at);
  }

  /** Writes what was seen after a step that an episode was truncated at. */
  void seenLast(int row, int end, FloatSlab out, long at) {
    final int newest = frames.length - 1;
    set(newest, terminals, memory.terminalRow(row, end));
    stack(row, newest - 1, out, at);
  }

  /** Frames up to one that is a row's, and those behind it that have been set. */
  private void stack(int row, int last, FloatSlab out, long at) {
    int frame = row;
    for (int h = last; h >= 0; h--) {
      set(h, observations, frame);
      frame = before(frame);
    }
    kernels.stackFrames(frames, offsets, pixels, out, at);
  }

  private void set(int h, ByteSlab slab, int row) {
    frames[h] = slab;
    offsets[h] = (long) row * pixels;
  }

  /** The row before in the same episode; its first row itself. */
  private int before(int row) {
    final int previous = memory.previous(row);
    return memory.ends().get(previous) == 0 ? previous : row;
  }
}
