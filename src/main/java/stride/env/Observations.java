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
  private static final int EXPONENT = 1 << 23; // 1 in the exponent of a float

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
    if (areFinite(0, numEnvs)) {
      return;
    }
    for (int row = 0; row < numEnvs; row++) {
      if (marks.get(row) == 0 && !areFinite(row, row + 1)) {
        marks.set(row, mark);
      }
    }
  }

  /** Whether all elements of rows [from, to) are finite floats. */
  private boolean areFinite(int from, int to) {
    final MemorySegment obs = stepped.segment(); // [n, D]
    final int count = (to - from) * elements;
    final long first = DOUBLE * from * elements;
    int bits = 0; // the sign is set once an exponent was the largest, beside which 1 overflows
    for (int k = 0; k < count; k++) {
      final float value = (float) obs.get(JAVA_DOUBLE, first + DOUBLE * k);
      bits |= (Float.floatToRawIntBits(value) & Integer.MAX_VALUE) + EXPONENT;
    }
    return bits >= 0;
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
    toFloats(stepped, at, terminal, at, elements);
  }

  /** Writes the observations read after the step, rows stride apart. */
  void writeStepped(FloatSlab obs, long obsAt, int stride) {
    check(obs, obsAt, stride);
    if (stride == elements) {
      toFloats(stepped, 0, obs, obsAt, numEnvs * elements);
      return;
    }
    for (int row = 0; row < numEnvs; row++) {
      toFloats(stepped, (long) row * elements, obs, obsAt + (long) row * stride, elements);
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
    toFloats(fresh, 0, obs, at, elements);
  }

  /** Checks that rows stride apart have their place in obs. */
  void check(FloatSlab obs, long obsAt, int stride) {
    if (stride < elements) {
      throw new IllegalArgumentException("obsStride=" + stride + ", required: >= " + elements);
    }
    Objects.checkFromIndexSize(obsAt, (numEnvs - 1L) * stride + elements, obs.length());
  }

  /** The one place where doubles become floats. */
  private static void toFloats(DoubleSlab from, long fromAt, FloatSlab to, long toAt, int count) {
    final MemorySegment doubles = from.segment();
    final MemorySegment floats = to.segment();
    for (int k = 0; k < count; k++) {
      float value = (float) doubles.get(JAVA_DOUBLE, DOUBLE * (fromAt + k));
      floats.set(JAVA_FLOAT, 4 * (toAt + k), value);
    }
  }
}
