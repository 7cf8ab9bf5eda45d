package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static stride.env.TaskRows.DOUBLE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;

/**
 * Observations of a shard: double as computed by the task, float as written to the caller's slab.
 */
final class Observations {
  private final int numEnvs;
  private final int elements; // D
  private final DoubleSlab stepped; // [n, D] of the states after the last step
  private final DoubleSlab fresh; // [1, D] of one row, for example just reset
  private final FloatSlab terminal; // [n, D]

  Observations(Arena arena, int numEnvs, int elements) {
    this.numEnvs = numEnvs;
    this.elements = elements;
    this.stepped = DoubleSlab.allocate(arena, numEnvs, elements);
    this.fresh = DoubleSlab.allocate(arena, 1, elements);
    this.terminal = FloatSlab.allocate(arena, numEnvs, elements);
  }

  DoubleSlab stepped() {
    return stepped;
  }

  FloatSlab terminal() {
    return terminal;
  }

  /** Reads all rows after a step. */
  void read(TaskRows rows) {
    rows.observe(0, numEnvs, stepped);
  }

  /** Sets marks [n] to a mark where it is 0 and an element is no finite float. */
  void markNotFinite(ByteSlab marks, byte mark) {
    final MemorySegment obs = stepped.segment(); // [n, D]
    final int d = elements;
    long at = 0;
    for (int row = 0; row < numEnvs; row++) {
      // 0 times a finite number is 0, everything else gives NaN
      float probe = 0;
      for (int k = 0; k < d; k++) {
        probe += 0 * (float) obs.get(JAVA_DOUBLE, at + DOUBLE * k);
      }
      if (probe != 0 && marks.get(row) == 0) {
        marks.set(row, mark);
      }
      at += DOUBLE * d;
    }
  }

  /** The first element of a row that is no finite float, in words; empty if all are. */
  String notFinite(int row) {
    for (int k = 0; k < elements; k++) {
      float value = (float) stepped.get((long) row * elements + k);
      if (!Float.isFinite(value)) {
        return "observation " + k + " is " + value;
      }
    }
    return "";
  }

  /** Keeps the last observation of a row's episode. */
  void keepTerminal(int row) {
    final long at = (long) row * elements;
    toFloats(stepped, at, terminal, at);
  }

  /** Writes the observations read after the step, rows stride apart. */
  void writeStepped(FloatSlab obs, long obsAt, int stride) {
    check(obs, obsAt, stride);
    for (int row = 0; row < numEnvs; row++) {
      toFloats(stepped, (long) row * elements, obs, obsAt + (long) row * stride);
    }
  }

  /** Writes the observations of the present states, rows stride apart. */
  void writePresent(TaskRows rows, FloatSlab obs, long obsAt, int stride) {
    check(obs, obsAt, stride);
    for (int row = 0; row < numEnvs; row++) {
      writePresent(rows, row, obs, obsAt + (long) row * stride);
    }
  }

  /** Writes the observation of a row's present state to an element of obs. */
  void writePresent(TaskRows rows, int row, FloatSlab obs, long at) {
    rows.observe(row, row + 1, fresh);
    toFloats(fresh, 0, obs, at);
  }

  /** Checks that rows stride apart have their place in obs. */
  void check(FloatSlab obs, long obsAt, int stride) {
    if (stride < elements) {
      throw new IllegalArgumentException("obsStride=" + stride + ", required: >= " + elements);
    }
    Objects.checkFromIndexSize(obsAt, (numEnvs - 1L) * stride + elements, obs.length());
  }

  /** The one place where doubles become floats. */
  private void toFloats(DoubleSlab from, long fromAt, FloatSlab to, long toAt) {
    final MemorySegment doubles = from.segment(); // [D] from fromAt on
    final MemorySegment floats = to.segment(); // [D] from toAt on
    final int d = elements;
    for (int k = 0; k < d; k++) {
      float value = (float) doubles.get(JAVA_DOUBLE, DOUBLE * (fromAt + k));
      floats.set(JAVA_FLOAT, 4 * (toAt + k), value);
    }
  }
}
