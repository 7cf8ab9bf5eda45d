package stride.stats;

import java.util.function.DoubleUnaryOperator;

/**
 * Where a true value probably lies.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {
  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if the lower end is the higher
   */
  public Interval {
    if (low > high) {
      throw new IllegalArgumentException(
          "interval %s to %s, required: its lower end first".formatted(low, high));
    }
  }

  /** The margin on either side of the middle. */
  public double half() {
    return (high - low) / 2;
  }

  /**
   * The same on another scale.
   *
   * @param growing a function that grows, such as that from logarithms to ratios
   */
  public Interval map(DoubleUnaryOperator growing) {
    return new Interval(growing.applyAsDouble(low), growing.applyAsDouble(high));
  }
}
