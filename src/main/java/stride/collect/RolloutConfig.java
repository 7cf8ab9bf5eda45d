package stride.collect;

import stride.options.Range;
import stride.options.Require;

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
 * @param statsUpdate when observations and rewards enter the statistics; at every step means that
 *     all environments step together
 * @param seedingStepsPerEnv env steps with random actions that each environment does before the
 *     first rollout, so that there are statistics to normalise it by; 0 for statistics of every
 *     step
 * @param policyOnDevice whether the policy is on a device: it computes actions for one half of the
 *     environments while the other is stepped
 */
public record RolloutConfig(
    int numEnvs,
    int numSteps,
    long seed,
    Stepping stepping,
    double gamma,
    boolean normalizeObservations,
    boolean normalizeRewards,
    StatsUpdate statsUpdate,
    int seedingStepsPerEnv,
    boolean policyOnDevice) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  public RolloutConfig {
    Require.require("num_envs", numEnvs, Range.AT_LEAST_ONE);
    Require.require("num_steps", numSteps, Range.AT_LEAST_ONE);
    Require.require("gamma", gamma, Range.UNIT_INTERVAL);
    Require.require(
        "stepping",
        stepping,
        statsUpdate == StatsUpdate.ROLLOUT || stepping == Stepping.LOCKSTEP || numEnvs == 1,
        "lockstep for stats_update=step");
    Require.require(
        "seeding_steps",
        seedingStepsPerEnv,
        seedingStepsPerEnv == 0 || (seedingStepsPerEnv > 0 && statsUpdate == StatsUpdate.ROLLOUT),
        ">= 0, and 0 for stats_update=step");
    Require.require(
        "num_envs * num_steps", (long) numEnvs * numSteps, rows(numEnvs, numSteps), "< 2^31");
    Require.require(
        "policy_device",
        "cuda",
        !policyOnDevice || (stepping == Stepping.LOCKSTEP && numEnvs >= 2),
        "cpu unless stepping=lockstep and num_envs >= 2");
    Require.require(
        "policy_device",
        "cuda",
        !policyOnDevice || statsUpdate == StatsUpdate.ROLLOUT,
        "cpu for stats_update=step");
  }

  public RolloutConfig withPolicyOnDevice() {
    return new RolloutConfig(
        numEnvs,
        numSteps,
        seed,
        stepping,
        gamma,
        normalizeObservations,
        normalizeRewards,
        statsUpdate,
        seedingStepsPerEnv,
        true);
  }

  private static boolean rows(int numEnvs, int numSteps) {
    return ((long) numSteps + 1) * numEnvs <= Integer.MAX_VALUE;
  }

  /** Normalised rewards and observations, gamma 0.99, no seeding steps. */
  public static RolloutConfig of(int numEnvs, int numSteps, long seed, Stepping stepping) {
    return new RolloutConfig(
        numEnvs, numSteps, seed, stepping, 0.99, true, true, StatsUpdate.ROLLOUT, 0, false);
  }

  /** Enough for first statistics: a thousand or so in all, each environment's first second. */
  public static int seedingStepsPerEnv(int numEnvs) {
    return Math.max(32, Math.ceilDiv(1024, Math.max(1, numEnvs)));
  }

  /** Env steps in a rollout: T * N. */
  public long envSteps() {
    return (long) numEnvs * numSteps;
  }

  /** Env steps with random actions before the first rollout, of all environments together. */
  public long seedingSteps() {
    return (long) numEnvs * seedingStepsPerEnv;
  }
}
