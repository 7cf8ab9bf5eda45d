package stride.collect;

import java.util.Arrays;
import java.util.Locale;

/** When what was seen enters the statistics that normalise observations and rewards. */
public enum StatsUpdate {
  /** After each rollout: frozen within it, so that threads need not meet. */
  ROLLOUT,
  /**
   * At every step, before the step's own numbers are normalised, by the rules of Gymnasium's
   * NormalizeObservation and NormalizeReward: terminal observations count, and the discounted
   * return goes on through truncations.
   */
  STEP;

  /**
   * Finds a way.
   *
   * @param name {@code rollout} or {@code step}
   * @return the way
   * @throws IllegalArgumentException if there is none of that name
   */
  public static StatsUpdate of(String name) {
    for (StatsUpdate each : values()) {
      if (each.toString().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "stats_update=" + name + ", required: one of " + Arrays.toString(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
