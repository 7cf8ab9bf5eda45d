package stride.collect;

import stride.options.Words;

/** How the environments of a rollout are stepped. */
public enum Stepping {
  /**
   * Every thread takes its own environments through the whole horizon; they meet once a rollout.
   */
  SHARDED,
  /** One call steps all environments on all threads; policy and observations are one thread's. */
  LOCKSTEP;

  /**
   * The constant of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Stepping of(String name) {
    return Words.find("stepping", name, Stepping.class);
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
