package stride.ppo;

import stride.collect.RolloutConfig;
import stride.learn.Schedule;
import stride.options.Require;

/**
 * The configuration of PPO apart from task, policy and threads.
 *
 * @param rollout how experience is collected
 * @param gae how advantages are estimated
 * @param update how parameters learn
 * @param annealLr whether the learning rate falls linearly to 0 over the run
 */
public record PpoConfig(
    RolloutConfig rollout, GaeConfig gae, UpdateConfig update, boolean annealLr) {

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
  }

  /** The learning rate over the run. */
  Schedule learningRate() {
    final double rate = update.learningRate();
    return annealLr ? new Schedule.LinearToZero(rate) : new Schedule.Constant(rate);
  }
}
