package stride.env;

import java.lang.foreign.Arena;
import stride.memory.ByteSlab;
import stride.memory.Slab;

/** Frames: bytes that the task writes straight to the caller's slab. */
final class FrameObservations extends Observations {
  private final FrameRows rows;
  private final ByteSlab terminal; // [n, D]

  FrameObservations(Arena arena, FrameRows rows, int numEnvs, int elements) {
    super(numEnvs, elements);
    this.rows = rows;
    this.terminal = ByteSlab.allocate(arena, numEnvs, elements);
  }

  ByteSlab terminal() {
    return terminal;
  }

  @Override
  void read() {} // rows keep what was seen until they are reset

  @Override
  void markNotFinite(ByteSlab marks, byte mark) {} // bytes always are

  @Override
  String notFinite(int row) {
    return "";
  }

  @Override
  void keepTerminal(int row) {
    rows.observe(row, terminal, (long) row * elements());
  }

  /** Where an episode has begun since the step, its first frame. */
  @Override
  void writeStepped(Slab obs, long obsAt, int stride) {
    writePresent(obs, obsAt, stride);
  }

  @Override
  void writePresent(int row, Slab obs, long at) {
    if (!(obs instanceof ByteSlab frames)) {
      throw new IllegalArgumentException("obs=" + obs + ", required: a ByteSlab, for frames");
    }
    rows.observe(row, frames, at);
  }
}
