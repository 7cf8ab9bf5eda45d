package stride.ppo;

import java.util.List;
import stride.env.ActionSpace;
import stride.env.Task;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicyLayout;

/**
 * PPO's options as users write them: names of the field, in one flat list.
 *
 * @param numEnvs N, environments
 * @param numSteps T, env steps of each environment in an iteration
 * @param totalTimesteps env steps of the run, rounded down to whole iterations
 * @param learningRate of Adam
 * @param annealLr whether the learning rate falls linearly to 0
 * @param gamma discount
 * @param gaeLambda of generalised advantage estimation
 * @param numMinibatches parts of a rollout, anew in each epoch
 * @param updateEpochs how often every row is used
 * @param normAdv over which rows advantages are normalised: none, minibatch or batch
 * @param clipCoef how far the ratio of probabilities may go
 * @param clipVloss whether values are clipped likewise
 * @param entCoef weight of the entropy bonus
 * @param vfCoef weight of the value loss
 * @param maxGradNorm gradients are scaled down to this norm
 * @param targetKl epochs end when the KL divergence exceeds it; null for never
 * @param bootstrapTruncation whether truncated episodes count with the value of their last
 *     observation
 * @param normObs whether observations are normalised
 * @param normReward whether rewards are scaled
 * @param statsUpdate when statistics for both take in what was seen: rollout or step
 * @param stepping how environments are stepped: sharded or lockstep
 * @param backend what computes: cpu or reference
 * @param hidden widths of the hidden layers of actor and critic
 * @param activation after hidden layers: tanh or relu
 * @param stateDependentStd whether a Gaussian's deviation is an output of the actor
 */
public record PpoOptions(
    int numEnvs,
    int numSteps,
    long totalTimesteps,
    double learningRate,
    boolean annealLr,
    double gamma,
    double gaeLambda,
    int numMinibatches,
    int updateEpochs,
    String normAdv,
    double clipCoef,
    boolean clipVloss,
    double entCoef,
    double vfCoef,
    double maxGradNorm,
    Double targetKl,
    boolean bootstrapTruncation,
    boolean normObs,
    boolean normReward,
    String statsUpdate,
    String stepping,
    String backend,
    List<Integer> hidden,
    String activation,
    boolean stateDependentStd) {

  /** The presets' names. */
  public static final List<String> PRESETS = List.of("tuned", "cleanrl");

  /**
   * Every option fixed, for a task.
   *
   * @param preset {@code cleanrl}: CleanRL's setting to the letter, for comparison with published
   *     returns; {@code tuned}: many environments, for speed
   * @param task what to learn
   * @return the options
   * @throws IllegalArgumentException if there is no such preset
   */
  public static PpoOptions preset(String preset, Task task) {
    boolean discrete = task.spec().actionSpace() instanceof ActionSpace.Discrete;
    return switch (preset) {
      case "cleanrl" -> discrete ? cleanrlDiscrete() : cleanrlContinuous();
      case "tuned" -> discrete ? tunedDiscrete() : tunedContinuous();
      default ->
          throw new IllegalArgumentException("preset=" + preset + ", required: one of " + PRESETS);
    };
  }

  /** CleanRL's ppo_continuous_action.py. */
  private static PpoOptions cleanrlContinuous() {
    return new PpoOptions(
        1,
        2048,
        1_000_000,
        3e-4,
        true,
        0.99,
        0.95,
        32,
        10,
        "minibatch",
        0.2,
        true,
        0,
        0.5,
        0.5,
        null,
        false,
        true,
        true,
        "step",
        "sharded",
        "cpu",
        List.of(64, 64),
        "tanh",
        false);
  }

  /** CleanRL's ppo.py. */
  private static PpoOptions cleanrlDiscrete() {
    return new PpoOptions(
        4,
        128,
        500_000,
        2.5e-4,
        true,
        0.99,
        0.95,
        4,
        4,
        "minibatch",
        0.2,
        true,
        0.01,
        0.5,
        0.5,
        null,
        false,
        false,
        false,
        "rollout",
        "sharded",
        "cpu",
        List.of(64, 64),
        "tanh",
        false);
  }

  private static PpoOptions tunedContinuous() {
    return new PpoOptions(
        16,
        256,
        1_000_000,
        3e-4,
        true,
        0.99,
        0.95,
        32,
        10,
        "minibatch",
        0.2,
        false,
        0,
        0.5,
        0.5,
        null,
        true,
        true,
        true,
        "rollout",
        "sharded",
        "cpu",
        List.of(64, 64),
        "tanh",
        false);
  }

  private static PpoOptions tunedDiscrete() {
    return new PpoOptions(
        16,
        128,
        300_000,
        1e-3,
        true,
        0.99,
        0.95,
        8,
        10,
        "minibatch",
        0.2,
        false,
        0,
        0.5,
        0.5,
        null,
        true,
        false,
        false,
        "rollout",
        "sharded",
        "cpu",
        List.of(64, 64),
        "tanh",
        false);
  }

  /**
   * The parts that the learner is made of.
   *
   * @param seed of the run
   * @return the configuration
   * @throws IllegalArgumentException naming the option and its range
   */
  public PpoConfig config(long seed) {
    Options.require("total_timesteps", totalTimesteps, totalTimesteps >= 1, ">= 1");
    return new PpoConfig(
        new RolloutConfig(
            numEnvs,
            numSteps,
            seed,
            Stepping.of(stepping),
            gamma,
            normObs,
            normReward,
            StatsUpdate.of(statsUpdate)),
        new GaeConfig(gamma, gaeLambda, bootstrapTruncation),
        new UpdateConfig(
            learningRate,
            1e-5,
            numMinibatches,
            updateEpochs,
            AdvantageNormalization.of(normAdv),
            clipCoef,
            clipVloss,
            entCoef,
            vfCoef,
            maxGradNorm,
            targetKl),
        annealLr);
  }

  /**
   * The actor-critic.
   *
   * @param task what to learn
   * @return its layout
   * @throws IllegalArgumentException naming the option and its range
   */
  public PolicyLayout policy(Task task) {
    Activation chosen =
        switch (activation) {
          case "tanh" -> Activation.TANH;
          case "relu" -> Activation.RELU;
          default ->
              throw new IllegalArgumentException(
                  "activation=" + activation + ", required: tanh or relu");
        };
    Options.require(
        "hidden",
        hidden,
        hidden != null && hidden.stream().allMatch(width -> width != null && width >= 1),
        "widths, each >= 1");
    return Policies.of(task.spec(), hidden, chosen, stateDependentStd);
  }

  /**
   * What computes.
   *
   * @return the backend
   * @throws IllegalArgumentException if there is none of that name
   */
  public Backend backendChosen() {
    return Backend.of(backend);
  }
}
