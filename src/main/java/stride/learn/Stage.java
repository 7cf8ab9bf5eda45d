package stride.learn;

import java.util.Locale;
import java.util.Optional;

/**
 * Where time goes: one vocabulary for metrics, profiles and benchmarks.
 *
 * <p>Stages of the first level follow one another and add up to the wall time; those below a stage
 * add up to it.
 */
public enum Stage {
  /** Collecting experience. */
  ROLLOUT(null),
  /** Actions: the policy's forward pass, sampling, controls. */
  POLICY(ROLLOUT),
  /** The simulator's steps. */
  PHYSICS(ROLLOUT),
  /** Rewards, episode ends, observations and their normalisation. */
  OBSERVE(ROLLOUT),
  /** New episodes. */
  RESET(ROLLOUT),
  /** The value function over all observations. */
  VALUES(ROLLOUT),
  /** Advantages and returns. */
  GAE(null),
  /** Learning from the experience. */
  UPDATE(null),
  /** Rows of a batch drawn from a memory. */
  SAMPLE(UPDATE),
  /** Rows of a minibatch collected. */
  GATHER(UPDATE),
  /** What values are to become: a pass of the target networks over the next observations. */
  TARGET(UPDATE),
  /** Forward pass and losses. */
  FORWARD(UPDATE),
  /** Backward pass. */
  BACKWARD(UPDATE),
  /** Gradients added up over threads, and their norm. */
  REDUCE(UPDATE),
  /** The optimiser's step. */
  ADAM(UPDATE),
  /** Target networks moved towards the learnt ones, and priorities renewed. */
  SYNC(UPDATE),
  /** Episodes played without exploration and without learning. */
  EVAL(null),
  /** Everything else: statistics, logs, checkpoints. */
  OTHER(null);

  private final Stage parent;

  Stage(Stage parent) {
    this.parent = parent;
  }

  /** The stage this one is a part of; empty on the first level. */
  public Optional<Stage> parent() {
    return Optional.ofNullable(parent);
  }

  /** The name in files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
