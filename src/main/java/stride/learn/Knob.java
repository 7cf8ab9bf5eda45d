package stride.learn;

import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import stride.memory.DoubleSlab;
import stride.options.Range;
import stride.options.Require;

/**
 * A value that a user may change while a learner is at work, between two iterations.
 *
 * @param name of the option that it begins with, or of what a schedule would give
 * @param range what it may become
 * @param get what it is now
 * @param set changes it; the next iteration goes by it
 */
public record Knob(String name, Range range, DoubleSupplier get, DoubleConsumer set) {
  /**
   * A value that lies in a slab, which is part of the state.
   *
   * @param at where it is
   */
  public static Knob in(DoubleSlab slab, long at, String name, Range range) {
    return new Knob(name, range, () -> slab.get(at), value -> slab.set(at, value));
  }

  /**
   * Changes the value.
   *
   * @throws IllegalArgumentException naming the value and its range
   */
  public void turnTo(double value) {
    Require.require(name, value, range);
    set.accept(value);
  }
}
