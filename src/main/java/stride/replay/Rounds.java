package stride.replay;

import stride.learn.IterationRounds;
import stride.options.Range;
import stride.options.Require;

/**
 * How collecting and learning alternate: so many steps of each environment, then so many updates.
 *
 * @param numEnvs N
 * @param stepsPerRound steps of each environment between updates
 * @param updatesPerRound updates after them
 * @param learningStarts env steps, of all environments, before the first update
 * @param roundsPerIteration rounds between two lines of metrics
 */
public record Rounds(
    int numEnvs,
    int stepsPerRound,
    int updatesPerRound,
    long learningStarts,
    int roundsPerIteration) {

  /**
   * By the names of the options.
   *
   * @param numEnvs number of environments
   * @param trainFrequency env steps, of all environments together, between updates
   * @param gradientSteps updates after them
   * @param learningStarts env steps before the first update
   * @param stepsPerIteration env steps of an iteration, rounded up to whole rounds
   * @throws IllegalArgumentException naming the option and its range
   */
  public static Rounds of(
      int numEnvs,
      int trainFrequency,
      int gradientSteps,
      long learningStarts,
      long stepsPerIteration) {
    Require.require("num_envs", numEnvs, Range.AT_LEAST_ONE);
    Require.require("train_frequency", trainFrequency, Range.AT_LEAST_ONE);
    Require.require("gradient_steps", gradientSteps, Range.AT_LEAST_ONE);
    Require.require("learning_starts", learningStarts, Range.NOT_NEGATIVE);
    Require.require(
        "train_frequency",
        trainFrequency,
        trainFrequency % numEnvs == 0,
        "a multiple of num_envs=" + numEnvs);
    return new Rounds(
        numEnvs,
        trainFrequency / numEnvs,
        gradientSteps,
        learningStarts,
        IterationRounds.of(stepsPerIteration, trainFrequency, "train_frequency=" + trainFrequency));
  }

  /**
   * Refuses to learn before there is a reward of n steps.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  public void requireRewards(int nStep) {
    final long first = learningStarts / ((long) numEnvs * stepsPerRound) + 1; // that learns
    Require.require(
        "learning_starts",
        learningStarts,
        first * stepsPerRound >= nStep,
        ">= n_step * num_envs=" + (long) nStep * numEnvs);
  }

  /** Env steps of one iteration, of all environments together. */
  public long envStepsPerIteration() {
    return (long) numEnvs * stepsPerIteration();
  }

  /** Steps of each environment in one iteration. */
  public int stepsPerIteration() {
    return Math.multiplyExact(stepsPerRound, roundsPerIteration);
  }

  /** Whether a round that ends after so many steps of each environment learns. */
  boolean learns(long steps) {
    return steps * numEnvs > learningStarts;
  }

  /** Updates before the round that begins after so many steps of each environment. */
  long updatesBefore(long steps) {
    long rounds = steps / stepsPerRound;
    // the first round that learns is the first to end beyond learningStarts
    long idle = learningStarts / ((long) stepsPerRound * numEnvs);
    return Math.max(0, rounds - idle) * updatesPerRound;
  }
}
