package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.MemorySegment;
import stride.memory.DoubleSlab;

/** Environments whose states and observations are numbers: a row of doubles each. */
abstract class DoubleRows extends TaskRows {
  /** Bytes of an element of a row. */
  static final long DOUBLE = Double.BYTES;

  /** All rows: [numEnvs, stateSize] doubles that are the whole state between two steps. */
  abstract MemorySegment states();

  /** Writes the observations of rows [from, to) to out [to - from, D]. */
  abstract void observe(int from, int to, DoubleSlab out);

  /** Numbers that describe a pose in a golden file: positions, then velocities. */
  abstract int coordinates();

  /** One of them. */
  abstract double coordinate(int row, int k);

  /** Sets one of them. */
  abstract void setCoordinate(int row, int k, double value);

  /** Forgets what a row's simulator has noticed so far; its state is overwritten next. */
  abstract void clear(int row);

  @Override
  final void save(int row, DoubleSlab to, long at) {
    long bytes = (long) stateSize() * Double.BYTES;
    MemorySegment.copy(states(), row * bytes, to.segment(), at * Double.BYTES, bytes);
  }

  @Override
  final void restore(int row, DoubleSlab from, long at) {
    clear(row);
    long bytes = (long) stateSize() * Double.BYTES;
    MemorySegment.copy(from.segment(), at * Double.BYTES, states(), row * bytes, bytes);
  }

  static double clip(double value, double low, double high) {
    // comparisons are false on NaN, which must reach the simulator to be noticed
    return value < low ? low : value > high ? high : value;
  }

  static double get(MemorySegment segment, long offset) {
    return segment.get(JAVA_DOUBLE, offset);
  }
}
