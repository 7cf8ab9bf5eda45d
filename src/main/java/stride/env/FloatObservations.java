package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static stride.env.DoubleRows.DOUBLE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;

/** Numbers: double as computed by the task, float as written to the caller's slab. */
final class FloatObservations extends Observations {
  private static final int EXPONENT = 1 << 23; // 1 in the exponent of a float

  private final DoubleRows rows;
  private final DoubleSlab stepped; // [n, D] of the states after the last step
  private final DoubleSlab fresh; // [1, D] of one row, for example just reset
  private final FloatSlab terminal; // [n, D]

  FloatObservations(Arena arena, DoubleRows rows, int numEnvs, int elements) {
    super(numEnvs, elements);
    this.rows = rows;
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

  @Override
  void read() {
    rows.observe(0, numEnvs(), stepped);
  }

  @Override
  void markNotFinite(ByteSlab marks, byte mark) {
    if (areFinite(0, numEnvs())) {
      return;
    }
    for (int row = 0; row < numEnvs(); row++) {
      if (marks.get(row) == 0 && !areFinite(row, row + 1)) {
        marks.set(row, mark);
      }
    }
  }

  /** Whether all elements of rows [from, to) are finite floats. */
  private boolean areFinite(int from, int to) {
    final MemorySegment obs = stepped.segment(); // [n, D]
    final int elements = elements();
    final int count = (to - from) * elements;
    final long first = DOUBLE * from * elements;
    int bits = 0; // the sign is set once an exponent was the largest, beside which 1 overflows
    for (int k = 0; k < count; k++) {
      final float value = (float) obs.get(JAVA_DOUBLE, first + DOUBLE * k);
      bits |= (Float.floatToRawIntBits(value) & Integer.MAX_VALUE) + EXPONENT;
    }
    return bits >= 0;
  }

  @Override
  String notFinite(int row) {
    for (int k = 0; k < elements(); k++) {
      float value = (float) stepped.get((long) row * elements() + k);
      if (!Float.isFinite(value)) {
        return "observation " + k + " is " + value;
      }
    }
    return "";
  }

  @Override
  void keepTerminal(int row) {
    final long at = (long) row * elements();
    toFloats(stepped, at, terminal, at, elements());
  }

  @Override
  void writeStepped(Slab obs, long obsAt, int stride) {
    check(obs, obsAt, stride);
    final FloatSlab floats = floats(obs);
    final int elements = elements();
    if (stride == elements) {
      toFloats(stepped, 0, floats, obsAt, numEnvs() * elements);
      return;
    }
    for (int row = 0; row < numEnvs(); row++) {
      toFloats(stepped, (long) row * elements, floats, obsAt + (long) row * stride, elements);
    }
  }

  @Override
  void writePresent(int row, Slab obs, long at) {
    rows.observe(row, row + 1, fresh);
    toFloats(fresh, 0, floats(obs), at, elements());
  }

  private static FloatSlab floats(Slab obs) {
    if (obs instanceof FloatSlab floats) {
      return floats;
    }
    throw new IllegalArgumentException("obs=" + obs + ", required: a FloatSlab");
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
