package stride.ppo;

import java.util.Arrays;
import java.util.Locale;

/** Over which rows advantages get mean 0 and standard deviation 1. */
public enum AdvantageNormalization {
  /** Advantages are taken as they are. */
  NONE,
  /** Over each minibatch, as in CleanRL. */
  MINIBATCH,
  /** Over all rows of the rollout, once per update. */
  BATCH;

  /**
   * Finds a normalisation.
   *
   * @param name {@code none}, {@code minibatch} or {@code batch}
   * @return the normalisation
   * @throws IllegalArgumentException if there is none of that name
   */
  public static AdvantageNormalization of(String name) {
    for (AdvantageNormalization each : values()) {
      if (each.toString().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "norm_adv=" + name + ", required: one of " + Arrays.toString(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
