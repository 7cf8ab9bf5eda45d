package stride.ppo;

import stride.options.Range;
import stride.options.Require;

/**
 * How advantages are estimated.
 *
 * @param gamma discount
 * @param gaeLambda decay of the weights of longer estimates
 * @param bootstrapTruncation whether a truncated episode goes on with the value of its terminal
 *     observation; if not, truncation counts as termination, as in CleanRL
 * @param normalizeValues whether values are in units of the running deviation of returns
 */
public record GaeConfig(
    double gamma, double gaeLambda, boolean bootstrapTruncation, boolean normalizeValues) {
  /** Gamma 0.99, lambda 0.95, truncation told from termination. */
  public static final GaeConfig DEFAULTS = new GaeConfig(0.99, 0.95, true);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  public GaeConfig {
    Require.require("gamma", gamma, Range.UNIT_INTERVAL);
    Require.require("gae_lambda", gaeLambda, Range.UNIT_INTERVAL);
  }

  /** With values as they are. */
  public GaeConfig(double gamma, double gaeLambda, boolean bootstrapTruncation) {
    this(gamma, gaeLambda, bootstrapTruncation, false);
  }
}
