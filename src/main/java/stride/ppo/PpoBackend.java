package stride.ppo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import stride.collect.BatchPolicy;
import stride.collect.RolloutConfig;
import stride.collect.RolloutSlabs;
import stride.learn.StageClock;
import stride.learn.UpdateMode;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.ppo.cpu.VectorPpoKernels;
import stride.ppo.cuda.CudaPpoBackend;
import stride.ppo.reference.ReferencePpoKernels;

/**
 * What learns from a rollout: advantages, then epochs of minibatches. {@code reference} and {@code
 * cpu} differ in their kernels; {@code cuda} does all of it on a device.
 *
 * <p>Driven by one thread, the one that runs the team. Owns parameters and optimiser; closing is
 * idempotent.
 */
public interface PpoBackend extends AutoCloseable {
  /**
   * Makes a backend with initial parameters.
   *
   * @param backend which
   * @param rollout what is learnt from; outlives the backend
   * @param policy layout of the actor-critic
   * @param team threads
   * @param gaeConfig how advantages are estimated
   * @param config how parameters learn
   * @param seed of initial parameters and shuffles
   * @param mode how a device does an update; passed over on the host
   * @return the backend
   * @throws stride.nn.BackendUnavailableException if it cannot run here
   * @throws IllegalArgumentException if minibatches do not divide the rollout, or mode or precision
   *     are not to be had
   */
  static PpoBackend of(
      Backend backend,
      RolloutSlabs rollout,
      PolicyLayout policy,
      Team team,
      GaeConfig gaeConfig,
      UpdateConfig config,
      long seed,
      UpdateMode mode) {
    Kernels kernels = backend.kernels();
    return backend == Backend.CUDA
        ? new CudaPpoBackend(rollout, policy, team, gaeConfig, config, seed, mode)
        : new TeamBackend(
            rollout, policy, kernels, kernels(backend), team, gaeConfig, config, seed);
  }

  /**
   * The arithmetic of a backend, on the host.
   *
   * @param backend which
   * @return stateless kernels
   */
  static PpoKernels kernels(Backend backend) {
    return switch (backend) {
      case REFERENCE -> new ReferencePpoKernels();
      case CPU, CUDA -> new VectorPpoKernels(backend.kernels());
    };
  }

  /** Computes advantages and returns of the rollout; stage {@code gae}. */
  void computeGae();

  /**
   * Learns from the rollout and its advantages; stage {@code update}.
   *
   * @param learningRate of this update
   * @throws stride.learn.NotFiniteException if a loss, gradient or parameter is not finite; the
   *     parameters are then worthless
   */
  void update(double learningRate);

  /**
   * What the last update looked like.
   *
   * @return a record made anew
   */
  UpdateDiagnostics diagnostics();

  /**
   * The parameters: what a rollout reads, and the next update starts from.
   *
   * @return [policy.size], live, up to date between updates
   */
  FloatSlab parameters();

  /**
   * All that a bit-equal continuation needs.
   *
   * @return named slabs, valid until the next call on this object
   */
  SequencedMap<String, Slab> state();

  /**
   * Goes on from a state.
   *
   * @param state what {@link #state} gave; may hold more, which is left to others
   * @throws IllegalArgumentException if a slab is missing or of another shape; nothing is changed
   *     then
   */
  void restore(Map<String, Slab> state);

  /**
   * The policy where the parameters are learnt.
   *
   * @param config of the rollout whose slabs this learns from
   * @return owned by the backend
   * @throws IllegalArgumentException if that is the host
   */
  default BatchPolicy policy(RolloutConfig config) {
    throw new IllegalArgumentException("policy_device=cuda, required: cpu unless backend=cuda");
  }

  /**
   * A note on the chosen way of updates.
   *
   * @return one line; empty if there was no choice
   */
  default Optional<String> note() {
    return Optional.empty();
  }

  /**
   * The clocks of the update's inner stages, off until switched on; a step of theirs is a
   * minibatch.
   *
   * @return one for each member of the team; none on a device
   */
  List<StageClock> clocks();

  @Override
  void close();
}
