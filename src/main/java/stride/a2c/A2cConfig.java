package stride.a2c;

import stride.collect.RolloutConfig;
import stride.optim.OptimizerKind;
import stride.ppo.GaeConfig;
import stride.ppo.UpdateConfig;

/**
 * The configuration of A2C apart from task, policy and threads; {@link A2cOptions#config} checks
 * the numbers.
 *
 * @param rollout how a round collects
 * @param gae how advantages are estimated
 * @param update one epoch of one minibatch, unclipped
 * @param optimizer what steps the parameters
 * @param annealLr whether the learning rate falls linearly to 0 over the run
 * @param rounds of an iteration
 */
record A2cConfig(
    RolloutConfig rollout,
    GaeConfig gae,
    UpdateConfig update,
    OptimizerKind optimizer,
    boolean annealLr,
    int rounds) {
  // of a chunk: what fits the first cache
  static final int MOST_ROWS = 64;

  /**
   * The rows of a chunk: an even number of chunks of one size, so that two threads have as much to
   * do. A part of the arithmetic, the same for any number of threads.
   */
  int chunkRows() {
    final int rows = (int) rollout.envSteps();
    return Math.ceilDiv(rows, 2 * Math.ceilDiv(rows, 2 * MOST_ROWS));
  }

  /** Env steps of an iteration, of all environments together. */
  long envStepsPerIteration() {
    return rounds * rollout.envSteps();
  }
}
