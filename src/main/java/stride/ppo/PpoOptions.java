package stride.ppo;

import java.util.List;
import stride.env.Task;
import stride.files.OrNull;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Initialization;
import stride.nn.PolicyLayout;
import stride.nn.Precision;

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
 * @param backend what computes: cpu, reference or cuda
 * @param policyDevice where actions are drawn: cpu or cuda
 * @param precision of matrix products on a device: fp32, tf32 or bf16
 * @param hidden widths of the hidden layers of actor and critic
 * @param activation after hidden layers: tanh or relu
 * @param stateDependentStd whether a Gaussian's deviation is an output of the actor
 * @param orthogonalInit whether weights begin orthogonal and biases 0, else both as PyTorch's
 *     linear layers
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
    @OrNull Double targetKl,
    boolean bootstrapTruncation,
    boolean normObs,
    boolean normReward,
    String statsUpdate,
    String stepping,
    String backend,
    String policyDevice,
    String precision,
    List<Integer> hidden,
    String activation,
    boolean stateDependentStd,
    boolean orthogonalInit) {

  /** The presets' names. */
  public static final List<String> PRESETS = List.of("tuned", "cleanrl");

  /**
   * Every option fixed, for a task.
   *
   * @param preset {@code cleanrl}: CleanRL's setting to the letter, for comparison with published
   *     returns; {@code tuned}: many environments, for speed, and what {@code stride sweep} found
   *     for the task
   * @param task what to learn
   * @return the options
   * @throws IllegalArgumentException if there is no such preset
   */
  public static PpoOptions preset(String preset, Task task) {
    return switch (preset) {
      case "cleanrl" -> Preset.cleanrl(task);
      case "tuned" -> Preset.tuned(task);
      default ->
          throw new IllegalArgumentException("preset=" + preset + ", required: one of " + PRESETS);
    };
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
            StatsUpdate.of(statsUpdate),
            seedingStepsPerEnv(),
            policyOnDevice()),
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
            targetKl,
            precisionChosen()),
        annealLr);
  }

  private boolean policyOnDevice() {
    Options.require(
        "policy_device",
        policyDevice,
        policyDevice.equals("cpu") || policyDevice.equals("cuda"),
        "one of [cpu, cuda]");
    boolean onDevice = policyDevice.equals("cuda");
    Options.require(
        "policy_device",
        policyDevice,
        !onDevice || backendChosen() == Backend.CUDA,
        "cpu for backend=" + backend);
    return onDevice;
  }

  /** On the host there is but one: another is refused, not passed over. */
  private Precision precisionChosen() {
    Precision chosen = Precision.of(precision);
    Options.require(
        "precision",
        precision,
        chosen == Precision.FP32 || backendChosen() == Backend.CUDA,
        "fp32 for backend=" + backend);
    return chosen;
  }

  /** Enough for first statistics: a thousand or so in all, each environment's first second. */
  private int seedingStepsPerEnv() {
    boolean seeded = (normObs || normReward) && StatsUpdate.of(statsUpdate) == StatsUpdate.ROLLOUT;
    return seeded ? Math.max(32, Math.ceilDiv(1024, Math.max(1, numEnvs))) : 0;
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
    return Policies.of(
        task.spec(),
        hidden,
        chosen,
        stateDependentStd,
        orthogonalInit ? Initialization.ORTHOGONAL : Initialization.UNIFORM);
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
