package stride.reinforce;

import java.util.List;
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
import stride.play.TrainingEvaluation;
import stride.ppo.AdvantageNormalization;
import stride.ppo.UpdateConfig;
import stride.replay.ReplayEpisodes;
import stride.replay.Rounds;

/**
 * REINFORCE's options as users write them: names of the field, in one flat list.
 *
 * @param numEnvs N, the number of environments
 * @param numSteps env steps of each environment between two looks whether enough episodes have
 *     ended; 1 learns as soon as they have
 * @param totalTimesteps env steps of the whole run, rounded down to whole iterations, but at least
 *     one iteration
 * @param stepsPerIteration env steps of all environments between two lines of metrics, rounded up
 *     to whole rounds of collecting and learning
 * @param episodesPerUpdate the fewest ended episodes that an update learns from; it takes all that
 *     have ended
 * @param learningRate the optimiser's step size, at the start of the run
 * @param annealLr whether the learning rate falls linearly to 0 over the run
 * @param gamma discount factor
 * @param baseline whether a value network learns the returns and is taken off them
 * @param normReturns whether returns, less the baseline if there is one, are normalised by their
 *     mean and deviation over the rows of an update
 * @param entCoef weight of the entropy bonus
 * @param vfCoef weight of the value loss, which is half the mean squared error
 * @param maxGradNorm gradients with a larger norm are scaled down to this one; null for never
 * @param optimizer what steps the parameters
 * @param adamEps added to the denominator of adam and rmsprop
 * @param evalEvery episodes of training between two evaluations, which play without exploration and
 *     learn nothing; 0 for none
 * @param evalEpisodes episodes of an evaluation
 * @param backend what computes: cpu is the CPU's vector units, reference is plain Java
 * @param hidden widths of the hidden layers of actor and critic, for example 64,64
 * @param activation what follows each hidden layer
 * @param stateDependentStd whether the deviation of a Gaussian policy is an output of the network;
 *     if not, it is a parameter that does not depend on the observation
 * @param orthogonalInit whether weights begin orthogonal and biases at 0; if not, both begin as in
 *     PyTorch's linear layers
 */
public record ReinforceOptions(
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE) int numEnvs,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        int numSteps,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        long totalTimesteps,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        int stepsPerIteration,
    @OptionRule(range = Range.AT_LEAST_ONE, unit = "episodes") int episodesPerUpdate,
    @OptionRule(range = Range.NOT_NEGATIVE) double learningRate,
    @OptionRule boolean annealLr,
    @OptionRule(range = Range.UNIT_INTERVAL) double gamma,
    @OptionRule boolean baseline,
    @OptionRule boolean normReturns,
    @OptionRule(range = Range.FINITE) double entCoef,
    @OptionRule(range = Range.NOT_NEGATIVE) double vfCoef,
    @OptionRule(range = Range.POSITIVE_OR_NULL) @OrNull Double maxGradNorm,
    @OptionRule(words = OptimizerKind.class) String optimizer,
    @OptionRule(range = Range.POSITIVE) double adamEps,
    @OptionRule(group = OptionGroup.EVALUATION, range = Range.NOT_NEGATIVE, unit = "episodes")
        long evalEvery,
    @OptionRule(group = OptionGroup.EVALUATION, range = Range.AT_LEAST_ONE) int evalEpisodes,
    @OptionRule(group = OptionGroup.DEVICE, words = Backend.class) String backend,
    @OptionRule(group = OptionGroup.NETWORK, range = Range.AT_LEAST_ONE) List<Integer> hidden,
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
    bufferSize(task);
    TrainingEvaluation.check(evalEvery, evalEpisodes);
  }

  /**
   * How updates learn, and when.
   *
   * @param seed of the run
   * @throws IllegalArgumentException naming the option and its range
   */
  ReinforceConfig config(long seed) {
    return new ReinforceConfig(
        seed,
        rounds(),
        episodesPerUpdate,
        gamma,
        baseline,
        normReturns,
        UpdateConfig.oneStep(
            learningRate,
            adamEps,
            AdvantageNormalization.NONE, // of rows that are not minibatches
            entCoef,
            vfCoef,
            maxGradNorm),
        OptimizerKind.of(optimizer),
        annealLr);
  }

  /** A look at the ended episodes after every round of steps. */
  Rounds rounds() {
    Require.require("num_envs", numEnvs, Range.AT_LEAST_ONE);
    Require.require("num_steps", numSteps, Range.AT_LEAST_ONE);
    final long round = (long) numEnvs * numSteps;
    Require.require("num_envs * num_steps", round, round <= Integer.MAX_VALUE, "< 2^31");
    return new Rounds(
        numEnvs,
        numSteps,
        1,
        0,
        IterationRounds.of(stepsPerIteration, round, "num_envs * num_steps=" + round));
  }

  /**
   * Transitions that the memory keeps: enough that no episode is lost before it is learnt from.
   *
   * @throws IllegalArgumentException if they are too many
   */
  long bufferSize(Task task) {
    return ReplayEpisodes.bufferSize(task.spec(), numEnvs, episodesPerUpdate, numSteps);
  }

  /**
   * The layout of policy and baseline for a task.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  PolicyLayout policy(Task task) {
    return Networks.of(task.spec(), hidden, activation, stateDependentStd, orthogonalInit);
  }

  /**
   * What computes.
   *
   * @throws IllegalArgumentException if there is none of that name, or it is a device's
   */
  Backend backendChosen() {
    return Backends.onHost(backend, Reinforce.NAME);
  }
}
