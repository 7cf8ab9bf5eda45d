package stride.ppo;

import stride.collect.RolloutSlabs;
import stride.memory.FloatSlab;
import stride.nn.ActionHead;

/**
 * The arithmetic of PPO beyond networks, in twins: {@code ppo.reference} defines it, {@code
 * ppo.cpu} is fast.
 *
 * <p>Losses are given for each row; their gradients are those of the mean over a minibatch, so that
 * those of its chunks add up. Stateless and thread-safe; the fast twin allocates nothing.
 */
public interface PpoKernels {
  /**
   * Generalised advantage estimation (Schulman et al., 2016) for some environments, backwards in
   * time.
   *
   * <pre>
   *   delta_t     = reward_t + gamma next_t - value_t
   *   advantage_t = delta_t + gamma lambda advantage_{t+1}      return_t = advantage_t + value_t
   * </pre>
   *
   * <p>{@code next_t} is {@code value_{t+1}}; 0 after a termination; the value of the terminal
   * observation after a truncation, or 0 if truncations are not bootstrapped. Advantages do not
   * reach over the end of an episode. That of a diverged transition is 0.
   *
   * @param config discount and decay
   * @param rollout rewards, values and ends
   * @param advantages overwritten: [T, N]
   * @param returns overwritten: [T, N]
   * @param from the first environment
   * @param to the first environment that is another thread's
   */
  void gae(
      GaeConfig config,
      RolloutSlabs rollout,
      FloatSlab advantages,
      FloatSlab returns,
      int from,
      int to);

  /**
   * Clipped surrogate loss and entropy of a Gaussian policy, and their gradients.
   *
   * @param head sizes, and where the log-std is
   * @param config coefficients
   * @param parameters holds the log-std unless it depends on the state
   * @param chunk read: the actor's outputs, actions, old log-probabilities, advantages;
   *     overwritten: the gradient of the outputs, and all columns of each row but its value loss
   * @param rows at least 1
   * @param weight of a row in the mean: 1 / rows of the minibatch
   * @param gradients overwritten where the log-std lies in a slab of parameters
   */
  void gaussianLoss(
      ActionHead.Gaussian head,
      UpdateConfig config,
      FloatSlab parameters,
      ChunkSlabs chunk,
      int rows,
      float weight,
      FloatSlab gradients);

  /**
   * Clipped surrogate loss and entropy of a categorical policy, and their gradients.
   *
   * @param head sizes
   * @param config coefficients
   * @param chunk read: the actor's outputs, choices, old log-probabilities, advantages;
   *     overwritten: the gradient of the outputs, and all columns of each row but its value loss
   * @param rows at least 1
   * @param weight of a row in the mean: 1 / rows of the minibatch
   */
  void categoricalLoss(
      ActionHead.Categorical head, UpdateConfig config, ChunkSlabs chunk, int rows, float weight);

  /**
   * Squared error of the values, clipped if configured, and its gradient.
   *
   * <p>Within the clip both errors are the same but for rounding: the gradient passes there
   * whichever is larger.
   *
   * @param config coefficients
   * @param chunk read: the critic's outputs, old values, returns; overwritten: the gradient of the
   *     outputs, and the value loss of each row
   * @param rows at least 1
   * @param weight of a row in the mean: 1 / rows of the minibatch
   */
  void valueLoss(UpdateConfig config, ChunkSlabs chunk, int rows, float weight);
}
