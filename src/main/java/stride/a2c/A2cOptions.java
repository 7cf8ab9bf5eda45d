package stride.a2c;

import java.util.List;
import stride.collect.RolloutConfig;
import stride.collect.StatsUpdate;
import stride.collect.Stepping;
import stride.env.Task;
import stride.files.OrNull;
import stride.learn.Backends;
import stride.learn.IterationRounds;
import stride.learn.Networks;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.optim.OptimizerKind;
import stride.options.DescribedOption;
import stride.options.OptionGroup;
import stride.options.OptionRule;
import stride.options.Range;
import stride.options.Require;
import stride.ppo.AdvantageNormalization;
import stride.ppo.GaeConfig;
import stride.ppo.UpdateConfig;

/**
 * A2C's options as users write them: names of the field, in one flat list.
 *
 * @param numEnvs N, the number of environments
 * @param numSteps T, the env steps of each environment before each update; 1 for the one-step
 *     actor-critic
 * @param totalTimesteps env steps of the whole run, rounded down to whole iterations, but at least
 *     one iteration
 * @param stepsPerIteration env steps of all environments between two lines of metrics, rounded up
 *     to whole rounds of collecting and learning
 * @param learningRate the optimiser's step size, at the start of the run
 * @param annealLr whether the learning rate falls linearly to 0 over the run
 * @param gamma discount factor
 * @param gaeLambda lambda of generalised advantage estimation; 1 for n-step returns
 * @param normAdv whether advantages are normalised by their mean and deviation: minibatch and batch
 *     are the same, all rows of an update
 * @param entCoef weight of the entropy bonus
 * @param vfCoef weight of the value loss, which is half the mean squared error
 * @param maxGradNorm gradients with a larger norm are scaled down to this one; null for never
 * @param optimizer what steps the parameters
 * @param adamEps added to the denominator of adam and rmsprop
 * @param bootstrapTruncation whether the value of the last observation is added where an episode is
 *     truncated; if not, a truncation counts as a termination
 * @param normObs whether observations are normalised by running statistics
 * @param normReward whether rewards are divided by the running deviation of the discounted return
 * @param backend what computes: cpu is the CPU's vector units, reference is plain Java
 * @param hidden widths of the hidden layers of actor and critic, for example 64,64
 * @param sharedBackbone whether actor and critic share their hidden layers; if not, each has its
 *     own
 * @param activation what follows each hidden layer
 * @param stateDependentStd whether the deviation of a Gaussian policy is an output of the network;
 *     if not, it is a parameter that does not depend on the observation
 * @param orthogonalInit whether weights begin orthogonal and biases at 0; if not, both begin as in
 *     PyTorch's linear layers
 */
public record A2cOptions(
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE) int numEnvs,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        int numSteps,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        long totalTimesteps,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        int stepsPerIteration,
    @OptionRule(range = Range.NOT_NEGATIVE) double learningRate,
    @OptionRule boolean annealLr,
    @OptionRule(range = Range.UNIT_INTERVAL) double gamma,
    @OptionRule(range = Range.UNIT_INTERVAL) double gaeLambda,
    @OptionRule(
            words = AdvantageNormalization.class,
            truths = {"batch", "none"})
        String normAdv,
    @OptionRule(range = Range.FINITE) double entCoef,
    @OptionRule(range = Range.NOT_NEGATIVE) double vfCoef,
    @OptionRule(range = Range.POSITIVE_OR_NULL) @OrNull Double maxGradNorm,
    @OptionRule(words = OptimizerKind.class) String optimizer,
    @OptionRule(range = Range.POSITIVE) double adamEps,
    @OptionRule boolean bootstrapTruncation,
    @OptionRule(group = OptionGroup.ROLLOUT) boolean normObs,
    @OptionRule(group = OptionGroup.ROLLOUT) boolean normReward,
    @OptionRule(group = OptionGroup.DEVICE, words = Backend.class) String backend,
    @OptionRule(group = OptionGroup.NETWORK, range = Range.AT_LEAST_ONE) List<Integer> hidden,
    @OptionRule(group = OptionGroup.NETWORK) boolean sharedBackbone,
    @OptionRule(group = OptionGroup.NETWORK, words = Activation.class) String activation,
    @OptionRule(group = OptionGroup.NETWORK) boolean stateDependentStd,
    @OptionRule(group = OptionGroup.NETWORK) boolean orthogonalInit) {

  /**
   * Refuses what is impossible.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  void check(Task task, long seed) {
    DescribedOption.check(this);
    policy(task);
    backendChosen();
    config(seed);
  }

  /**
   * The parts that the learner is made of.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  A2cConfig config(long seed) {
    final AdvantageNormalization normalization = AdvantageNormalization.of(normAdv);
    final RolloutConfig rollout = rollout(seed);
    Require.require(
        "norm_adv",
        normAdv,
        normalization == AdvantageNormalization.NONE || rollout.envSteps() >= 2,
        "none for num_envs * num_steps=1");
    return new A2cConfig(
        rollout,
        new GaeConfig(gamma, gaeLambda, bootstrapTruncation),
        UpdateConfig.oneStep(learningRate, adamEps, normalization, entCoef, vfCoef, maxGradNorm),
        OptimizerKind.of(optimizer),
        annealLr,
        IterationRounds.of(
            stepsPerIteration, rollout.envSteps(), "num_envs * num_steps=" + rollout.envSteps()));
  }

  private RolloutConfig rollout(long seed) {
    return new RolloutConfig(
        numEnvs,
        numSteps,
        seed,
        Stepping.SHARDED,
        gamma,
        normObs,
        normReward,
        StatsUpdate.ROLLOUT,
        normObs || normReward ? RolloutConfig.seedingStepsPerEnv(numEnvs) : 0,
        false);
  }

  /**
   * The layout of the actor-critic for a task.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  PolicyLayout policy(Task task) {
    PolicyLayout apart =
        Networks.of(task.spec(), hidden, activation, stateDependentStd, orthogonalInit);
    return sharedBackbone ? new PolicyLayout(apart.spec().withSharedBackbone()) : apart;
  }

  /**
   * What computes.
   *
   * @throws IllegalArgumentException if there is none of that name, or it is a device's
   */
  Backend backendChosen() {
    return Backends.onHost(backend, A2c.NAME);
  }
}
