package stride.env;

import stride.memory.ByteSlab;

/** Environments whose observations are frames, a byte a pixel. */
abstract class FrameRows extends TaskRows {
  /** Writes the frame of a row's present state, [D] pixels from an element on. */
  abstract void observe(int row, ByteSlab out, long at);
}
