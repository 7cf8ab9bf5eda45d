package stride.collect;

import java.util.Arrays;
import java.util.Locale;

/** How the environments of a rollout are stepped. */
public enum Stepping {
  /**
   * Every thread takes its own environments through the whole horizon; they meet once a rollout.
   */
  SHARDED,
  /** One call steps all environments on all threads; policy and observations are one thread's. */
  LOCKSTEP;

  /**
   * Finds a stepping.
   *
   * @param name {@code sharded} or {@code lockstep}
   * @return the stepping
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Stepping of(String name) {
    for (Stepping stepping : values()) {
      if (stepping.toString().equals(name)) {
        return stepping;
      }
    }
    throw new IllegalArgumentException(
        "stepping=" + name + ", required: one of " + Arrays.toString(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
