package stride.dqn;

import java.util.List;
import stride.env.ActionSpace;
import stride.env.Task;
import stride.files.OrNull;
import stride.learn.Backends;
import stride.learn.EpsilonOptions;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Initialization;
import stride.nn.QLayout;
import stride.optim.OptimizerKind;
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
 * DQN's options as users write them: names of the field, in one flat list.
 *
 * @param numEnvs N, the number of environments
 * @param totalTimesteps env steps of the whole run, rounded down to whole iterations, but at least
 *     one iteration
 * @param stepsPerIteration env steps of all environments between two lines of metrics, rounded up
 *     to whole multiples of train_frequency
 * @param learningRate the optimiser's step size, at the start of the run
 * @param annealLr whether the learning rate falls linearly to 0 over the run
 * @param gamma discount factor
 * @param bufferSize transitions that the memory keeps, of all environments together
 * @param batchSize transitions of an update
 * @param learningStarts env steps of all environments before the first update
 * @param trainFrequency env steps of all environments between updates; must be a multiple of
 *     num_envs
 * @param gradientSteps updates after each train_frequency env steps
 * @param targetNetworkFrequency env steps of all environments between two times that the target
 *     network follows
 * @param tau how far the target network moves towards the learnt one each time it follows; 1 copies
 * @param doubleQ whether the learnt network chooses the next action that the target network judges
 * @param nStep steps whose rewards are summed before a value is relied on
 * @param dueling whether the network ends in advantages of actions and a value of the state
 * @param prioritizedReplay whether transitions with larger errors are drawn more often
 * @param priorityAlpha the power of an error that is its priority; 0 draws all alike
 * @param priorityBeta the power by which weights make up for drawing some transitions more often
 * @param loss mse: the squared error, CleanRL's; huber: linear beyond an error of 1
 * @param optimizer what steps the parameters
 * @param adamEps added to the denominator of adam and rmsprop
 * @param maxGradNorm gradients with a larger norm are scaled down to this one; null for never
 * @param startE epsilon, the share of random actions, at the start of the run
 * @param endE the least that epsilon becomes
 * @param explorationFraction share of the run's env steps over which a linear epsilon by steps
 *     falls
 * @param epsilonSchedule how epsilon falls: in a straight line, or by the factor epsilon_decay
 * @param epsilonBy whether epsilon falls by env steps or by episodes
 * @param epsilonDecay what an exponential epsilon is multiplied by at every env step or episode
 * @param explorationEpisodes episodes over which a linear epsilon by episodes falls
 * @param evalEvery episodes of training between two evaluations, which play without exploration and
 *     learn nothing; 0 for none
 * @param evalEpisodes episodes of an evaluation
 * @param updateParts parts that the gradient of a batch is computed in, which more threads can
 *     share; null for two, or more where they have 64 rows each
 * @param initSeed seed of the first parameters; null for the run's
 * @param backend what computes: cpu is the CPU's vector units, reference is plain Java
 * @param hidden widths of the hidden layers, for example 120,84
 * @param activation what follows each hidden layer
 * @param orthogonalInit whether weights begin orthogonal and biases at 0; if not, both begin as in
 *     PyTorch's linear layers
 */
public record DqnOptions(
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE) int numEnvs,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        long totalTimesteps,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        int stepsPerIteration,
    @OptionRule(range = Range.NOT_NEGATIVE) double learningRate,
    @OptionRule boolean annealLr,
    @OptionRule(range = Range.UNIT_INTERVAL) double gamma,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.AT_LEAST_ONE) long bufferSize,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.AT_LEAST_ONE) int batchSize,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.NOT_NEGATIVE, unit = "env steps")
        long learningStarts,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.AT_LEAST_ONE, unit = "env steps")
        int trainFrequency,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.AT_LEAST_ONE) int gradientSteps,
    @OptionRule(range = Range.AT_LEAST_ONE, unit = "env steps") int targetNetworkFrequency,
    @OptionRule(range = Range.UNIT_INTERVAL) double tau,
    @OptionRule boolean doubleQ,
    @OptionRule(range = Range.AT_LEAST_ONE) int nStep,
    @OptionRule(group = OptionGroup.NETWORK) boolean dueling,
    @OptionRule(group = OptionGroup.REPLAY) boolean prioritizedReplay,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.UNIT_INTERVAL) double priorityAlpha,
    @OptionRule(group = OptionGroup.REPLAY, range = Range.UNIT_INTERVAL) double priorityBeta,
    @OptionRule(words = TdLoss.class) String loss,
    @OptionRule(words = OptimizerKind.class) String optimizer,
    @OptionRule(range = Range.POSITIVE) double adamEps,
    @OptionRule(range = Range.POSITIVE_OR_NULL) @OrNull Double maxGradNorm,
    @OptionRule(group = OptionGroup.EXPLORATION, range = Range.UNIT_INTERVAL) double startE,
    @OptionRule(group = OptionGroup.EXPLORATION, range = Range.UNIT_INTERVAL) double endE,
    @OptionRule(group = OptionGroup.EXPLORATION, range = Range.UNIT_INTERVAL)
        double explorationFraction,
    @OptionRule(group = OptionGroup.EXPLORATION, words = EpsilonOptions.Form.class)
        String epsilonSchedule,
    @OptionRule(group = OptionGroup.EXPLORATION, words = EpsilonOptions.Clock.class)
        String epsilonBy,
    @OptionRule(group = OptionGroup.EXPLORATION, range = Range.UNIT_INTERVAL) double epsilonDecay,
    @OptionRule(group = OptionGroup.EXPLORATION, range = Range.NOT_NEGATIVE, unit = "episodes")
        long explorationEpisodes,
    @OptionRule(group = OptionGroup.EVALUATION, range = Range.NOT_NEGATIVE, unit = "episodes")
        long evalEvery,
    @OptionRule(group = OptionGroup.EVALUATION, range = Range.AT_LEAST_ONE) int evalEpisodes,
    @OptionRule(group = OptionGroup.DEVICE, range = Range.AT_LEAST_ONE_OR_NULL) @OrNull
        Integer updateParts,
    @OptionRule(group = OptionGroup.NETWORK, range = Range.ANY_INTEGER_OR_NULL) @OrNull
        Long initSeed,
    @OptionRule(group = OptionGroup.DEVICE, words = Backend.class) String backend,
    @OptionRule(group = OptionGroup.NETWORK, range = Range.AT_LEAST_ONE) List<Integer> hidden,
    @OptionRule(group = OptionGroup.NETWORK, words = Activation.class) String activation,
    @OptionRule(group = OptionGroup.NETWORK) boolean orthogonalInit) {

  private static final int ROWS_OF_A_PART = 64;

  /**
   * Refuses what is impossible.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  void check(Task task, long seed) {
    DescribedOption.check(this);
    layout(task);
    backendChosen();
    config(seed);
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
  DqnConfig config(long seed) {
    Require.require("tau", tau, tau > 0 && tau <= 1, "in (0, 1]");
    return new DqnConfig(
        seed,
        initSeed == null ? seed : initSeed,
        orthogonalInit ? Initialization.ORTHOGONAL : Initialization.UNIFORM,
        new DqnConfig.Batches(
            batchSize,
            BatchParts.of(updateParts, batchSize, ROWS_OF_A_PART),
            nStep,
            gamma,
            prioritizedReplay ? new DqnConfig.Priorities(priorityAlpha, priorityBeta) : null),
        Words.find("loss", loss, TdLoss.class),
        doubleQ,
        new DqnConfig.Step(
            OptimizerKind.of(optimizer),
            adamEps,
            learningRate,
            annealLr,
            maxGradNorm == null ? Double.POSITIVE_INFINITY : maxGradNorm),
        new DqnConfig.Following(
            numEnvs, trainFrequency, gradientSteps, targetNetworkFrequency, tau),
        new DqnConfig.Exploration(epsilon().schedule(totalTimesteps), endE));
  }

  private EpsilonOptions epsilon() {
    return new EpsilonOptions(
        startE,
        endE,
        explorationFraction,
        epsilonSchedule,
        epsilonBy,
        epsilonDecay,
        explorationEpisodes);
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
   * The layout of the network for a task.
   *
   * @throws IllegalArgumentException if the task's actions are no choices, or naming the option and
   *     its range
   */
  QLayout layout(Task task) {
    if (!(task.spec().actionSpace() instanceof ActionSpace.Discrete choices)) {
      throw new IllegalArgumentException(
          Dqn.NAME + " needs discrete actions, " + task.spec().id() + " has real ones");
    }
    return new QLayout(
        task.spec().inputElements(),
        hidden,
        choices.n(),
        dueling,
        Words.find("activation", activation, Activation.class));
  }

  /**
   * What computes.
   *
   * @throws IllegalArgumentException if there is none of that name, or it is a device's
   */
  Backend backendChosen() {
    return Backends.onHost(backend, Dqn.NAME);
  }
}
