package stride.ppo;

import stride.collect.RolloutSlabs;
import stride.learn.Backends;
import stride.learn.UpdateMode;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.ppo.cpu.VectorPpoKernels;
import stride.ppo.cuda.CudaPpoBackend;
import stride.ppo.reference.ReferencePpoKernels;

/** Makes backends and their arithmetic; stands above all implementations of both. */
public final class PpoBackends {
  private PpoBackends() {}

  /**
   * Makes a backend with initial parameters.
   *
   * @param rollout what is learnt from; outlives the backend
   * @param seed of initial parameters and shuffles
   * @param mode how a device does an update; ignored on the host
   * @throws stride.nn.BackendUnavailableException if it cannot run here
   * @throws IllegalArgumentException if minibatches do not divide the rollout, or the mode or
   *     precision is not available
   */
  public static PpoBackend of(
      Backend backend,
      RolloutSlabs rollout,
      PolicyLayout policy,
      Team team,
      GaeConfig gaeConfig,
      UpdateConfig config,
      long seed,
      UpdateMode mode) {
    Kernels kernels = Backends.kernels(backend);
    return backend == Backend.CUDA
        ? new CudaPpoBackend(rollout, policy, team, gaeConfig, config, seed, mode)
        : new TeamBackend(
            rollout, policy, kernels, kernels(backend), team, gaeConfig, config, seed);
  }

  /** The arithmetic of a backend on the host, stateless. */
  public static PpoKernels kernels(Backend backend) {
    return switch (backend) {
      case REFERENCE -> new ReferencePpoKernels();
      case CPU, CUDA -> new VectorPpoKernels(Backends.kernels(backend));
    };
  }
}
