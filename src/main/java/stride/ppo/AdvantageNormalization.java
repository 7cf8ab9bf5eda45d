package stride.ppo;

import stride.options.Words;

/** Over which rows advantages get mean 0 and standard deviation 1. */
public enum AdvantageNormalization {
  /** Advantages are taken as they are. */
  NONE,
  /** Over each minibatch, as in CleanRL. */
  MINIBATCH,
  /** Over all rows of the rollout, once per update. */
  BATCH;

  /**
   * The constant of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static AdvantageNormalization of(String name) {
    return Words.find("norm_adv", name, AdvantageNormalization.class);
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
