package stride.sac;

import java.util.List;
import stride.env.ActionSpace;
import stride.env.Task;
import stride.files.OrNull;
import stride.learn.Backends;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.SacLayout;
import stride.options.DescribedOption;
import stride.options.OptionGroup;
import stride.options.OptionRule;
import stride.options.Range;
import stride.options.Require;
import stride.options.Words;
import stride.play.TrainingEvaluation;
import stride.replay.BatchParts;
import stride.replay.ReplayMemory;
import stride.replay.Rounds;

/**
 * SAC's options as users write them: names of the field, in one flat list.
 *
 * @param numEnvs N, the number of environments
 * @param totalTimesteps env steps of the whole run, rounded down to whole iterations, but at least
 *     one iteration
 * @param stepsPerIteration env steps of all environments between two lines of metrics, rounded up
 *     to whole multiples of train_frequency
 * @param policyLr step size of the policy
 * @param qLr step size of the critics, and of the temperature where it is learnt
 * @param gamma discount factor
 * @param bufferSize transitions that the memory keeps, of all environments together
 * @param batchSize transitions of an update
 * @param learningStarts env steps of all environments before the first update; their actions are
 *     uniform over the action space
 * @param trainFrequency env steps of all environments between updates; must be a multiple of
 *     num_envs
 * @param gradientSteps updates after each train_frequency env steps
 * @param policyFrequency updates of the critics between those of the policy, which then makes as
 *     many steps
 * @param targetNetworkFrequency updates between two times that the target critics follow
 * @param tau how far the target critics move towards the learnt ones each time they follow; 1
 *     copies
 * @param nStep steps whose rewards are summed before a value is relied on
 * @param autotune whether the temperature is learnt, so that the policy keeps the entropy that
 *     target_entropy asks for
 * @param alpha the temperature, which is what a unit of entropy is worth, where it is not learnt
 * @param targetEntropy the entropy that is wanted; null for minus the elements of an action
 * @param freshLogProbs whether the temperature is learnt from actions that the policy draws after
 *     its step, as CleanRL has it; if not, from those of the step itself, as Stable-Baselines3
 * @param adamEps added to Adam's denominator
 * @param evalEvery episodes of training between two evaluations, which play without noise and learn
 *     nothing; 0 for none
 * @param evalEpisodes episodes of an evaluation
 * @param updateParts parts that the gradient of a batch is computed in, which more threads can
 *     share; null for two, or more where they have 128 rows each
 * @param initSeed seed of the first parameters; null for the run's
 * @param backend what computes: cpu is the CPU's vector units, reference is plain Java
 * @param hidden widths of the hidden layers of actor and critics, for example 256,256
 * @param activation what follows each hidden layer
 */
public record SacOptions(
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE) int numEnvs,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        long totalTimesteps,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        int stepsPerIteration,
    @OptionRule(range = Range.NOT_NEGATIVE) double policyLr,
    @OptionRule(range = Range.NOT_NEGATIVE) double qLr,
    @OptionRule(range = Range.UNIT_INTERVAL) double gamma,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.AT_LEAST_ONE) long bufferSize,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.AT_LEAST_ONE) int batchSize,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.NOT_NEGATIVE, unit = "env steps")
        long learningStarts,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.AT_LEAST_ONE, unit = "env steps")
        int trainFrequency,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.AT_LEAST_ONE) int gradientSteps,
    @OptionRule(range = Range.AT_LEAST_ONE, unit = "updates") int policyFrequency,
    @OptionRule(range = Range.AT_LEAST_ONE) int targetNetworkFrequency,
    @OptionRule(range = Range.UNIT_INTERVAL) double tau,
    @OptionRule(range = Range.AT_LEAST_ONE) int nStep,
    @OptionRule boolean autotune,
    @OptionRule(range = Range.NOT_NEGATIVE) double alpha,
    @OptionRule(range = Range.FINITE_OR_NULL) @OrNull Double targetEntropy,
    @OptionRule boolean freshLogProbs,
    @OptionRule(range = Range.POSITIVE) double adamEps,
    @OptionRule(group = OptionGroup.EVALUATION, range = Range.NOT_NEGATIVE, unit = "episodes")
        long evalEvery,
    @OptionRule(group = OptionGroup.EVALUATION, range = Range.AT_LEAST_ONE) int evalEpisodes,
    @OptionRule(group = OptionGroup.DEVICE, range = Range.AT_LEAST_ONE_OR_NULL) @OrNull
        Integer updateParts,
    @OptionRule(group = OptionGroup.NETWORK, range = Range.ANY_INTEGER_OR_NULL) @OrNull
        Long initSeed,
    @OptionRule(group = OptionGroup.DEVICE, words = Backend.class) String backend,
    @OptionRule(group = OptionGroup.NETWORK, range = Range.AT_LEAST_ONE) List<Integer> hidden,
    @OptionRule(group = OptionGroup.NETWORK, words = Activation.class) String activation) {

  private static final int ROWS_OF_A_PART = 128;

  /**
   * Refuses what is impossible.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  void check(Task task) {
    DescribedOption.check(this);
    network(task);
    config(task, 0);
    ReplayMemory.requireRoom(numEnvs, bufferSize, batchSize, nStep);
    rounds().requireRewards(nStep);
    TrainingEvaluation.check(evalEvery, evalEpisodes);
  }

  /**
   * How updates learn, and actions are chosen.
   *
   * @param seed of the run
   * @throws IllegalArgumentException naming the option and its range
   */
  SacConfig config(Task task, long seed) {
    Require.require("tau", tau, tau > 0 && tau <= 1, "in (0, 1]");
    return new SacConfig(
        seed,
        initSeed == null ? seed : initSeed,
        new SacConfig.Batches(
            batchSize, BatchParts.of(updateParts, batchSize, ROWS_OF_A_PART), nStep, gamma),
        new SacConfig.Rates(policyLr, qLr, adamEps),
        new SacConfig.PolicySteps(policyFrequency),
        new SacConfig.Temperature(
            alpha,
            autotune,
            targetEntropy == null ? -bounds(task).elements() : targetEntropy,
            freshLogProbs),
        new SacConfig.Following(targetNetworkFrequency, tau),
        new SacConfig.Start(numEnvs, learningStarts));
  }

  /**
   * How collecting and learning alternate.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  Rounds rounds() {
    return Rounds.of(numEnvs, trainFrequency, gradientSteps, learningStarts, stepsPerIteration);
  }

  /**
   * The networks for a task.
   *
   * @throws IllegalArgumentException if the task's actions are choices or have no bounds, or naming
   *     the option and its range
   */
  SacNetwork network(Task task) {
    final ActionSpace.Box bounds = bounds(task);
    return new SacNetwork(
        new SacLayout(
            task.spec().observationElements(), bounds.elements(), hidden, activationChosen()),
        bounds,
        backendChosen());
  }

  private static ActionSpace.Box bounds(Task task) {
    if (task.spec().actionSpace() instanceof ActionSpace.Box box) {
      return box;
    }
    throw new IllegalArgumentException(
        Sac.NAME + " needs real actions, " + task.spec().id() + " has discrete ones");
  }

  /** What follows each hidden layer. */
  Activation activationChosen() {
    return Words.find("activation", activation, Activation.class);
  }

  /**
   * What computes.
   *
   * @throws IllegalArgumentException if there is none of that name, or it is a device
   */
  Backend backendChosen() {
    return Backends.onHost(backend, Sac.NAME);
  }
}
