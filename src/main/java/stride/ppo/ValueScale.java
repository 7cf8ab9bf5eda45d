package stride.ppo;

import java.lang.foreign.Arena;
import stride.collect.RolloutSlabs;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.nn.RunningScalar;

/**
 * Keeps what the critic learns near variance 1: values and returns are in units of the running
 * deviation of returns, advantages in those of rewards.
 *
 * <p>The mean is not taken off. Estimates are linear in rewards and values, so that for the time of
 * one the rewards are divided, instead of all values multiplied. For one thread. Owns its memory;
 * closing is idempotent.
 */
final class ValueScale implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final RolloutSlabs rollout;
  private final RunningScalar returns;
  private final DoubleSlab sums; // [1, 2]
  private final FloatSlab rewards; // [T, N]: as they were collected
  private float inverse; // of the deviation that values are in now

  /** A deviation of 1, until there are returns. */
  ValueScale(RolloutSlabs rollout) {
    this.rollout = rollout;
    this.returns = new RunningScalar(arena);
    this.sums = DoubleSlab.allocate(arena, 1, 2);
    this.rewards = FloatSlab.allocate(arena, rollout.rewards().shape().dims());
  }

  /** Before advantages are estimated: brings rewards to the units of values. */
  void begin() {
    final FloatSlab scaled = rollout.rewards();
    inverse = returns.inverseStd();
    rewards.copyFrom(scaled);
    for (long row = 0; row < scaled.length(); row++) {
      scaled.set(row, rewards.get(row) * inverse);
    }
  }

  /**
   * After they have been: brings them to the units of rewards, and learns what returns are like.
   */
  void end(FloatSlab advantages, FloatSlab scaledReturns) {
    final double deviation = 1.0 / inverse;
    long usable = 0;
    rollout.rewards().copyFrom(rewards);
    for (long row = 0; row < advantages.length(); row++) {
      advantages.set(row, (float) (advantages.get(row) * deviation));
      if (rollout.diverged().get(row) == 0) {
        returns.accumulate(sums, 0, scaledReturns.get(row) * deviation);
        usable++;
      }
    }
    returns.merge(sums, 1, usable);
  }

  /** Mean, variance and count of returns, live. */
  DoubleSlab state() {
    return returns.statistics().state();
  }

  /** After the state was changed. */
  void restored() {
    returns.statistics().freeze();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
