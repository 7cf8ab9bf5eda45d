package stride.env;

import stride.options.OptionGroup;
import stride.options.OptionRule;
import stride.options.Range;

/**
 * What may be altered of CartPole: what each step's reward of 1 is lessened by. Returns are still
 * counted without it, so that runs remain comparable.
 *
 * @param angleCostWeight what a pole at the largest angle, 12 degrees, takes off a step's reward;
 *     less in proportion to its angle
 * @param displacementCostWeight what a cart at the end of the track, 2.4 m from its middle, takes
 *     off a step's reward; less in proportion to its distance
 * @param velocityCostWeight what a cart that moves at 1 m/s takes off a step's reward; in
 *     proportion to its speed
 */
public record CartPoleOptions(
    @OptionRule(group = OptionGroup.TASK, range = Range.FINITE) double angleCostWeight,
    @OptionRule(group = OptionGroup.TASK, range = Range.FINITE) double displacementCostWeight,
    @OptionRule(group = OptionGroup.TASK, range = Range.FINITE) double velocityCostWeight) {
  /** Gymnasium's: 1 for every step. */
  static final CartPoleOptions PLAIN = new CartPoleOptions(0, 0, 0);

  /** The reward of a step that led here: m, rad, m/s. */
  double reward(double x, double angle, double speed) {
    return 1
        - angleCostWeight * (Math.abs(angle) / CartPoleRows.MAX_ANGLE)
        - displacementCostWeight * (Math.abs(x) / CartPoleRows.MAX_X)
        - velocityCostWeight * Math.abs(speed);
  }
}
