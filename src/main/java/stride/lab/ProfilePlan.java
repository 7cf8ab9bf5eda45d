package stride.lab;

import stride.env.Task;
import stride.nn.Backend;
import stride.nn.BackendUnavailableException;
import stride.parallel.Team;
import stride.ppo.Policies;
import stride.ppo.PpoConfig;
import stride.ppo.PpoLearner;
import stride.ppo.PpoOptions;
import stride.ppo.RolloutConfig;
import stride.ppo.StatsUpdate;
import stride.ppo.Stepping;

/**
 * What a profile measures: PPO by CleanRL's coefficients, in iterations whose size depends on the
 * number of environments alone.
 *
 * @param task what to simulate
 * @param seed of environments, parameters and actions
 * @param backend what computes
 * @param stepping how environments are stepped
 * @param policyOnDevice whether actions are drawn where the backend learns, and not on the host
 * @param seconds how long each combination of environments and threads is measured
 */
public record ProfilePlan(
    Task task,
    long seed,
    Backend backend,
    Stepping stepping,
    boolean policyOnDevice,
    double seconds) {
  private static final String PRESET = "cleanrl";

  /**
   * Checks that the policy is where it can be.
   *
   * @throws IllegalArgumentException if it is to be on a device, and the backend is the host's
   */
  public ProfilePlan {
    if (policyOnDevice && backend != Backend.CUDA) {
      throw new IllegalArgumentException(
          "policy_device=cuda, required: cpu for backend=" + backend);
    }
  }

  /**
   * The usual way: sharded, with the policy on the host.
   *
   * @param task what to simulate
   * @param seed of environments, parameters and actions
   * @param backend what computes
   * @param seconds how long each combination is measured
   * @return the plan
   */
  public static ProfilePlan sharded(Task task, long seed, Backend backend, double seconds) {
    return new ProfilePlan(task, seed, backend, Stepping.SHARDED, false, seconds);
  }

  /**
   * Finds out whether it can be measured, before anything is.
   *
   * @param envs numbers of environments
   * @throws IllegalArgumentException naming the option that does not go with one of them
   * @throws BackendUnavailableException if the backend cannot run here
   */
  public void requirePossible(Iterable<Integer> envs) {
    for (int n : envs) {
      config(n);
    }
    backend.kernels();
  }

  /** Where actions are drawn, as the options of PPO name it. */
  String policyDevice() {
    return policyOnDevice ? "cuda" : "cpu";
  }

  PpoConfig config(int envs) {
    PpoConfig preset = PpoOptions.preset(PRESET, task).config(seed);
    var rollout =
        new RolloutConfig(
            envs,
            Profile.numSteps(envs),
            seed,
            stepping,
            preset.rollout().gamma(),
            preset.rollout().normalizeObservations(),
            preset.rollout().normalizeRewards(),
            StatsUpdate.ROLLOUT,
            0,
            policyOnDevice);
    return new PpoConfig(rollout, preset.gae(), preset.update(), /* annealLr= */ false);
  }

  /** A learner for a number of environments; the caller's to close. */
  PpoLearner learner(Team team, int envs) {
    return new PpoLearner(task, Policies.of(task.spec()), backend, team, config(envs));
  }
}
