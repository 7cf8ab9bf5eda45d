package stride.collect;

import stride.options.Words;

/** When observations and rewards enter the statistics that normalise them. */
public enum StatsUpdate {
  /** After each rollout. Statistics are frozen within it, so threads need no barrier. */
  ROLLOUT,
  /**
   * At every step, before the step's own numbers are normalised, by the rules of Gymnasium's
   * NormalizeObservation and NormalizeReward: terminal observations count, and the discounted
   * return goes on through truncations.
   */
  STEP;

  /**
   * The constant of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static StatsUpdate of(String name) {
    return Words.find("stats_update", name, StatsUpdate.class);
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
