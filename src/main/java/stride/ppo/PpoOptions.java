package stride.ppo;

import java.util.List;
import stride.collect.RolloutConfig;
import stride.collect.StatsUpdate;
import stride.collect.Stepping;
import stride.env.Task;
import stride.files.OrNull;
import stride.learn.Networks;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;
import stride.options.OptionGroup;
import stride.options.OptionRule;
import stride.options.Range;
import stride.options.Require;
import stride.options.Words;

/**
 * PPO's options as users write them: names of the field, in one flat list.
 *
 * @param numEnvs N, the number of environments
 * @param numSteps T, the env steps of each environment in one iteration
 * @param totalTimesteps env steps of the whole run, rounded down to whole iterations of num_envs *
 *     num_steps, but at least one iteration
 * @param learningRate Adam's step size, at the start of the run
 * @param annealLr whether the learning rate falls linearly to 0 over the run
 * @param learningRateFloor the least learning rate that anneal_lr leads to
 * @param gamma discount factor
 * @param gaeLambda lambda of generalised advantage estimation
 * @param numMinibatches the number of minibatches that each epoch splits a rollout into; must
 *     divide num_envs * num_steps
 * @param updateEpochs passes over each rollout
 * @param recomputeAdvantages whether every epoch but the first begins with values and advantages by
 *     the parameters that the one before has led to, not on cuda; values are then clipped around
 *     the newest
 * @param normAdv which rows share the mean and deviation that advantages are normalised by: those
 *     of a minibatch, those of the whole batch, or none
 * @param normValue whether the critic learns returns divided by their running deviation, not on
 *     cuda; advantages stay those of the rewards
 * @param clipCoef how far the ratio of new to old probability may move from 1 before its gradient
 *     is cut
 * @param clipVloss whether values are clipped to within clip_coef of those of the rollout
 * @param entCoef weight of the entropy bonus
 * @param vfCoef weight of the value loss
 * @param maxGradNorm gradients with a larger norm are scaled down to this one
 * @param targetKl approximate KL divergence above which the epochs of an iteration end early; null
 *     for never
 * @param klStop what target_kl ends: epoch, after an epoch whose last minibatch exceeds it;
 *     minibatch, before the step of a minibatch that exceeds it by half, not on cuda
 * @param bootstrapTruncation whether the value of the last observation is added where an episode is
 *     truncated; if not, a truncation counts as a termination
 * @param normObs whether observations are normalised by running statistics
 * @param normReward whether rewards are divided by the running deviation of the discounted return
 * @param statsUpdate when the statistics for norm_obs and norm_reward are updated: after each
 *     rollout, or at every step, which needs stepping lockstep or one environment
 * @param stepping sharded: each thread steps its own environments through the whole rollout;
 *     lockstep: one call steps all environments
 * @param backend what computes: cpu is the CPU's vector units, reference is plain Java, cuda is an
 *     NVIDIA GPU
 * @param policyDevice where actions are computed; cuda needs backend cuda, stepping lockstep and
 *     two or more environments
 * @param precision arithmetic of matrix products on a GPU: tf32x3, almost as exact as fp32, is for
 *     hidden layers of up to 128, tf32 and bf16 are for wider ones; the CPU computes in fp32
 * @param hidden widths of the hidden layers of actor and critic, for example 64,64
 * @param criticHidden widths of the critic's hidden layers; null for those of the actor
 * @param sharedBackbone whether actor and critic share their hidden layers, which backend cuda does
 *     not support; if not, each has its own
 * @param activation what follows each hidden layer
 * @param stateDependentStd whether the deviation of a Gaussian policy is an output of the network;
 *     if not, it is a parameter that does not depend on the observation
 * @param logStdInit log of the deviation that a Gaussian policy begins with, if it does not depend
 *     on the observation
 * @param orthogonalInit whether weights begin orthogonal and biases at 0; if not, both begin as in
 *     PyTorch's linear layers
 */
public record PpoOptions(
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE) int numEnvs,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        int numSteps,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        long totalTimesteps,
    @OptionRule(range = Range.NOT_NEGATIVE) double learningRate,
    @OptionRule boolean annealLr,
    @OptionRule(range = Range.NOT_NEGATIVE) double learningRateFloor,
    @OptionRule(range = Range.UNIT_INTERVAL) double gamma,
    @OptionRule(range = Range.UNIT_INTERVAL) double gaeLambda,
    @OptionRule(range = Range.AT_LEAST_ONE) int numMinibatches,
    @OptionRule(range = Range.AT_LEAST_ONE) int updateEpochs,
    @OptionRule boolean recomputeAdvantages,
    @OptionRule(
            words = AdvantageNormalization.class,
            truths = {"minibatch", "none"}) // CleanRL's norm_adv is of minibatches
        String normAdv,
    @OptionRule boolean normValue,
    @OptionRule(range = Range.POSITIVE) double clipCoef,
    @OptionRule boolean clipVloss,
    @OptionRule(range = Range.FINITE) double entCoef,
    @OptionRule(range = Range.NOT_NEGATIVE) double vfCoef,
    @OptionRule(range = Range.POSITIVE) double maxGradNorm,
    @OptionRule(range = Range.POSITIVE_OR_NULL, unit = "nats") @OrNull Double targetKl,
    @OptionRule(words = KlStop.class) String klStop,
    @OptionRule boolean bootstrapTruncation,
    @OptionRule(group = OptionGroup.ROLLOUT) boolean normObs,
    @OptionRule(group = OptionGroup.ROLLOUT) boolean normReward,
    @OptionRule(group = OptionGroup.ROLLOUT, words = StatsUpdate.class) String statsUpdate,
    @OptionRule(group = OptionGroup.ROLLOUT, words = Stepping.class) String stepping,
    @OptionRule(group = OptionGroup.DEVICE, words = Backend.class) String backend,
    @OptionRule(group = OptionGroup.DEVICE, words = PolicyDevice.class) String policyDevice,
    @OptionRule(group = OptionGroup.DEVICE, words = Precision.class) String precision,
    @OptionRule(group = OptionGroup.NETWORK, range = Range.AT_LEAST_ONE) List<Integer> hidden,
    @OptionRule(group = OptionGroup.NETWORK, range = Range.AT_LEAST_ONE_OR_NULL) @OrNull
        List<Integer> criticHidden,
    @OptionRule(group = OptionGroup.NETWORK) boolean sharedBackbone,
    @OptionRule(group = OptionGroup.NETWORK, words = Activation.class) String activation,
    @OptionRule(group = OptionGroup.NETWORK) boolean stateDependentStd,
    @OptionRule(group = OptionGroup.NETWORK, range = Range.FINITE) double logStdInit,
    @OptionRule(group = OptionGroup.NETWORK) boolean orthogonalInit) {

  /** Where actions are computed. */
  private enum PolicyDevice {
    CPU,
    CUDA
  }

  /**
   * The parts that the learner is made of.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  public PpoConfig config(long seed) {
    Require.require("total_timesteps", totalTimesteps, Range.AT_LEAST_ONE);
    requireHost("norm_value", normValue);
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
        new GaeConfig(gamma, gaeLambda, bootstrapTruncation, normValue),
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
            precisionChosen(),
            rules()),
        annealLr,
        learningRateFloor);
  }

  private EpochRules rules() {
    requireHost("recompute_advantages", recomputeAdvantages);
    KlStop stop = KlStop.of(klStop);
    Require.require(
        "kl_stop",
        klStop,
        stop == KlStop.EPOCH || backendChosen() != Backend.CUDA,
        "epoch for backend=" + backend);
    return new EpochRules(recomputeAdvantages, stop);
  }

  /** Refuses what a device has no code for. */
  private void requireHost(String option, boolean on) {
    Require.require(
        option, on, !on || backendChosen() != Backend.CUDA, "false for backend=" + backend);
  }

  private boolean policyOnDevice() {
    PolicyDevice device = Words.find("policy_device", policyDevice, PolicyDevice.class);
    boolean onDevice = device == PolicyDevice.CUDA;
    Require.require(
        "policy_device",
        policyDevice,
        !onDevice || backendChosen() == Backend.CUDA,
        "cpu for backend=" + backend);
    return onDevice;
  }

  /** The host has only fp32: another precision is refused, not ignored. */
  private Precision precisionChosen() {
    Precision chosen = Precision.of(precision);
    Require.require(
        "precision",
        precision,
        chosen == Precision.FP32 || backendChosen() == Backend.CUDA,
        "fp32 for backend=" + backend);
    return chosen;
  }

  private int seedingStepsPerEnv() {
    boolean seeded = (normObs || normReward) && StatsUpdate.of(statsUpdate) == StatsUpdate.ROLLOUT;
    return seeded ? RolloutConfig.seedingStepsPerEnv(numEnvs) : 0;
  }

  /**
   * The layout of the actor-critic for a task.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  public PolicyLayout policy(Task task) {
    PolicyLayout layout =
        Networks.of(
            task.spec(),
            hidden,
            criticHidden == null ? hidden : criticHidden,
            activation,
            stateDependentStd,
            orthogonalInit);
    Require.require("log_std_init", logStdInit, Range.FINITE);
    Require.require(
        "log_std_init",
        logStdInit,
        logStdInit == 0 || layout.spec().distribution() == Distribution.GAUSSIAN,
        stateDependentStd
            ? "0 for state_dependent_std=true"
            : "0 for %s, whose actions are choices without a deviation"
                .formatted(task.spec().id()));
    PolicyLayout begun =
        logStdInit == 0 ? layout : new PolicyLayout(layout.spec().withInitialLogStd(logStdInit));
    return sharedBackbone ? shared(begun) : begun;
  }

  private PolicyLayout shared(PolicyLayout apart) {
    Require.require(
        "shared_backbone", true, backendChosen() != Backend.CUDA, "false for backend=" + backend);
    return new PolicyLayout(apart.spec().withSharedBackbone());
  }

  /**
   * What computes.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Backend backendChosen() {
    return Backend.of(backend);
  }
}
