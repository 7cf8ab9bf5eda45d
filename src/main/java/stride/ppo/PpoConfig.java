package stride.ppo;

import stride.collect.RolloutConfig;
import stride.learn.Schedule;
import stride.options.Range;
import stride.options.Require;

/**
 * The configuration of PPO apart from task, policy and threads.
 *
 * @param rollout how experience is collected
 * @param gae how advantages are estimated
 * @param update how parameters learn
 * @param annealLr whether the learning rate falls linearly to 0 over the run
 * @param learningRateFloor the least that it falls to
 */
public record PpoConfig(
    RolloutConfig rollout,
    GaeConfig gae,
    UpdateConfig update,
    boolean annealLr,
    double learningRateFloor) {

  /**
   * Checks that the parts fit one another.
   *
   * @throws IllegalArgumentException if minibatches do not divide the rollout, or the discounts
   *     differ
   */
  public PpoConfig {
    update.checkRows(Math.toIntExact(rollout.envSteps()));
    Require.require(
        "gamma", gae.gamma(), gae.gamma() == rollout.gamma(), "the rollout's, " + rollout.gamma());
    Require.require("learning_rate_floor", learningRateFloor, Range.NOT_NEGATIVE);
    Require.require(
        "learning_rate",
        update.learningRate(),
        update.learningRate() >= learningRateFloor,
        ">= learning_rate_floor=" + learningRateFloor);
  }

  /** With a learning rate that may fall to 0. */
  public PpoConfig(RolloutConfig rollout, GaeConfig gae, UpdateConfig update, boolean annealLr) {
    this(rollout, gae, update, annealLr, 0);
  }

  /** The learning rate over the run. */
  Schedule learningRate() {
    final double rate = update.learningRate();
    if (!annealLr) {
      return new Schedule.Constant(rate);
    }
    return learningRateFloor == 0
        ? new Schedule.LinearToZero(rate)
        : new Schedule.LinearToFloor(rate, learningRateFloor);
  }
}
