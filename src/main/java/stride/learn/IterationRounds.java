package stride.learn;

import stride.options.Range;
import stride.options.Require;

/** How many rounds of collecting and learning make up an iteration. */
public final class IterationRounds {
  private IterationRounds() {}

  /**
   * The fewest rounds that have enough env steps.
   *
   * @param stepsPerIteration env steps, of all environments together
   * @param round env steps of a round, at most 2^31 - 1
   * @param of the options that they come from, for the message
   * @throws IllegalArgumentException if an iteration has more env steps than an int counts, which
   *     numbers the episodes that may end within it
   */
  public static int of(long stepsPerIteration, long round, String of) {
    Require.require("steps_per_iteration", stepsPerIteration, Range.AT_LEAST_ONE);
    final long rounds = Math.ceilDiv(stepsPerIteration, round);
    final long most = Integer.MAX_VALUE / round;
    Require.require(
        "steps_per_iteration",
        stepsPerIteration,
        rounds <= most,
        "<= %d, for %s".formatted(most * round, of));
    return (int) rounds;
  }
}
