package stride.qtable;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;

/** The values of all actions in all cells. Belongs to one thread at a time. */
final class ValueTable {
  private final FloatSlab values; // [cells, A]
  private final int actions; // A

  /**
   * Looks at values.
   *
   * @param values [cells, A], the caller's
   * @param actions A
   */
  ValueTable(FloatSlab values, int actions) {
    this.values = values;
    this.actions = actions;
  }

  FloatSlab values() {
    return values;
  }

  /** The action of the largest value, the first of equals. */
  int best(int cell) {
    final MemorySegment floats = values.segment();
    final long row = (long) cell * actions;
    int best = 0;
    float most = at(floats, row);
    for (int action = 1; action < actions; action++) {
      float value = at(floats, row + action);
      if (value > most) {
        most = value;
        best = action;
      }
    }
    return best;
  }

  /** The largest value. */
  float most(int cell) {
    final MemorySegment floats = values.segment();
    final long row = (long) cell * actions;
    float most = at(floats, row);
    for (int action = 1; action < actions; action++) {
      most = Math.max(most, at(floats, row + action));
    }
    return most;
  }

  /**
   * Moves the value of an action towards a target.
   *
   * @param rate the share of the way
   * @param target reward and discounted value of what followed
   * @return how far it was off
   */
  double learn(int cell, int action, double rate, double target) {
    final MemorySegment floats = values.segment();
    final long place = (long) cell * actions + action;
    final double value = at(floats, place);
    final double error = target - value;
    floats.set(JAVA_FLOAT, Float.BYTES * place, (float) (value + rate * error));
    return error;
  }

  private static float at(MemorySegment floats, long place) {
    return floats.get(JAVA_FLOAT, Float.BYTES * place);
  }
}
