package stride.ppo;

import stride.options.Words;

/** What ends the epochs of an update where there is a target for the KL divergence. */
public enum KlStop {
  /** An epoch whose last minibatch exceeds the target, as in CleanRL. */
  EPOCH,
  /** A minibatch that exceeds it by half, whose step is not taken, as in Stable-Baselines3. */
  MINIBATCH;

  /** Of a target, in a minibatch. */
  private static final double EXCESS = 1.5;

  /**
   * The constant of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static KlStop of(String name) {
    return Words.find("kl_stop", name, KlStop.class);
  }

  /** The divergence above which an epoch is the last. */
  double ofEpoch(Double target) {
    return this == EPOCH && target != null ? target : Double.POSITIVE_INFINITY;
  }

  /** The divergence above which a minibatch takes no step any more. */
  double ofMinibatch(Double target) {
    return this == MINIBATCH && target != null ? EXCESS * target : Double.POSITIVE_INFINITY;
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
