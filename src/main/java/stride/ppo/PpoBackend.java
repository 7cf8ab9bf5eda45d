package stride.ppo;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import stride.collect.BatchPolicy;
import stride.collect.RolloutConfig;
import stride.learn.StageClock;
import stride.memory.FloatSlab;
import stride.memory.Slab;

/**
 * What learns from a rollout: advantages, then epochs of minibatches. {@code reference} and {@code
 * cpu} differ in their kernels; {@code cuda} does all of it on a device.
 *
 * <p>Driven by one thread, the one that runs the team. Owns parameters and optimiser; closing is
 * idempotent.
 */
public interface PpoBackend extends AutoCloseable {
  /** Computes advantages and returns of the rollout; stage {@code gae}. */
  void computeGae();

  /**
   * Learns from the rollout and its advantages; stage {@code update}.
   *
   * @throws stride.learn.NotFiniteException if a loss, gradient or parameter is not finite; the
   *     parameters are then worthless
   */
  void update(double learningRate);

  /** What the last update looked like. */
  UpdateDiagnostics diagnostics();

  /**
   * The parameters, which a rollout reads and the next update starts from: [policy.size], live, up
   * to date between updates.
   */
  FloatSlab parameters();

  /**
   * All that a bit-equal continuation needs: named slabs, valid until the next call on this object.
   */
  SequencedMap<String, Slab> state();

  /**
   * Goes on from a state.
   *
   * @param state what {@link #state} gave; slabs of other parts in it are ignored
   * @throws IllegalArgumentException if a slab is missing or of another shape; nothing is changed
   *     then
   */
  void restore(Map<String, Slab> state);

  /**
   * The policy where the parameters are learnt; the backend owns it.
   *
   * @param config of the rollout whose slabs this learns from
   * @throws IllegalArgumentException if that is the host
   */
  default BatchPolicy policy(RolloutConfig config) {
    throw new IllegalArgumentException("policy_device=cuda, required: cpu unless backend=cuda");
  }

  /** A line on the chosen way of updates; empty if there was no choice. */
  default Optional<String> note() {
    return Optional.empty();
  }

  /**
   * The clocks of the update's inner stages, one for each member of the team, off until switched
   * on; a step of theirs is a minibatch. There are none on a device.
   */
  List<StageClock> clocks();

  @Override
  void close();
}
