package stride.ppo;

/**
 * How experience is collected.
 *
 * @param numEnvs N, environments
 * @param numSteps T, env steps of each environment in a rollout
 * @param seed of all random numbers
 * @param stepping how environments are stepped
 * @param gamma discount of the returns whose deviation scales rewards
 * @param normalizeObservations whether observations are stored normalised
 * @param normalizeRewards whether rewards are stored divided by the deviation of the discounted
 *     return
 */
public record RolloutConfig(
    int numEnvs,
    int numSteps,
    long seed,
    Stepping stepping,
    double gamma,
    boolean normalizeObservations,
    boolean normalizeRewards) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  public RolloutConfig {
    require("num_envs", numEnvs, numEnvs >= 1, ">= 1");
    require("num_steps", numSteps, numSteps >= 1, ">= 1");
    require("gamma", gamma, gamma >= 0 && gamma <= 1, "in [0, 1]");
    require("num_envs * num_steps", (long) numEnvs * numSteps, rows(numEnvs, numSteps), "< 2^31");
  }

  private static boolean rows(int numEnvs, int numSteps) {
    return ((long) numSteps + 1) * numEnvs <= Integer.MAX_VALUE;
  }

  private static void require(String option, Object value, boolean holds, String range) {
    if (!holds) {
      throw new IllegalArgumentException(option + "=" + value + ", required: " + range);
    }
  }

  /**
   * Normalised rewards and observations, gamma 0.99: the defaults of continuous control.
   *
   * @param numEnvs N, environments
   * @param numSteps T, env steps of each environment in a rollout
   * @param seed of all random numbers
   * @param stepping how environments are stepped
   * @return the configuration
   */
  public static RolloutConfig of(int numEnvs, int numSteps, long seed, Stepping stepping) {
    return new RolloutConfig(numEnvs, numSteps, seed, stepping, 0.99, true, true);
  }

  /**
   * Env steps in a rollout.
   *
   * @return T * N
   */
  public long envSteps() {
    return (long) numEnvs * numSteps;
  }
}
