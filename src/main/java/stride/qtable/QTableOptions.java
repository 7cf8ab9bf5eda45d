package stride.qtable;

import java.util.List;
import stride.learn.EpsilonOptions;
import stride.learn.EpsilonSchedule;
import stride.learn.Schedule;
import stride.options.OptionGroup;
import stride.options.OptionRule;
import stride.options.Range;
import stride.options.Require;
import stride.play.TrainingEvaluation;

/**
 * Tabular Q-learning's options as users write them, in one flat list.
 *
 * @param numEnvs N, the number of environments
 * @param totalTimesteps env steps of the whole run, rounded down to whole iterations, but at least
 *     one iteration
 * @param stepsPerIteration env steps of one iteration, rounded up to whole steps of all
 *     environments: how often the run is logged
 * @param learningRate the share of the way that a value moves towards its target, at the start of
 *     the run
 * @param annealLr whether the learning rate falls linearly to 0 over the run
 * @param gamma discount factor
 * @param buckets how many buckets each coordinate of an observation is divided into, at most 1000,
 *     for example 1,1,6,12; their product is the number of cells of the table
 * @param bucketRange how far the edges between the buckets of each coordinate reach to both sides
 *     of 0; what lies beyond belongs to the outer buckets
 * @param startE epsilon, the share of actions that are random, at the start of the run
 * @param endE the least that epsilon becomes
 * @param explorationFraction the share of the run's env steps after which a linear schedule by
 *     steps has come to its end
 * @param epsilonSchedule how epsilon falls: in a straight line, or by a factor
 * @param epsilonBy whether epsilon falls with env steps or with finished episodes
 * @param epsilonDecay the factor of an exponential schedule, applied at each step or episode
 * @param explorationEpisodes episodes after which a linear schedule by episodes has come to its end
 * @param evalEvery episodes of training from one evaluation without exploration to the next, which
 *     keeps the best table; 0 for never
 * @param evalEpisodes episodes that an evaluation plays
 */
public record QTableOptions(
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE) int numEnvs,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        long totalTimesteps,
    @OptionRule(group = OptionGroup.ROLLOUT, range = Range.AT_LEAST_ONE, unit = "env steps")
        int stepsPerIteration,
    @OptionRule(range = Range.UNIT_INTERVAL) double learningRate,
    @OptionRule boolean annealLr,
    @OptionRule(range = Range.UNIT_INTERVAL) double gamma,
    @OptionRule(range = Range.AT_LEAST_ONE) List<Integer> buckets,
    @OptionRule(range = Range.POSITIVE) List<Double> bucketRange,
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
    @OptionRule(group = OptionGroup.EVALUATION, range = Range.AT_LEAST_ONE) int evalEpisodes) {
  /** Of a coordinate: its edges are looked at in turn. */
  static final int MOST_BUCKETS = 1000;

  /**
   * Checks all that does not depend on a task.
   *
   * @throws IllegalArgumentException naming the option and its range
   */
  void check() {
    Require.require("num_envs", numEnvs, Range.AT_LEAST_ONE);
    Require.require("total_timesteps", totalTimesteps, Range.AT_LEAST_ONE);
    Require.require("steps_per_iteration", stepsPerIteration, Range.AT_LEAST_ONE);
    Require.require("learning_rate", learningRate, Range.UNIT_INTERVAL);
    Require.require("gamma", gamma, Range.UNIT_INTERVAL);
    Require.each("buckets", buckets, Range.AT_LEAST_ONE);
    Require.all("buckets", buckets, count -> count <= MOST_BUCKETS, "each <= " + MOST_BUCKETS);
    Require.each("bucket_range", bucketRange, Range.POSITIVE);
    TrainingEvaluation.check(evalEvery, evalEpisodes);
    epsilon();
  }

  EpsilonSchedule epsilon() {
    return new EpsilonOptions(
            startE,
            endE,
            explorationFraction,
            epsilonSchedule,
            epsilonBy,
            epsilonDecay,
            explorationEpisodes)
        .schedule(totalTimesteps);
  }

  Buckets evenBuckets() {
    return Buckets.even(buckets, bucketRange);
  }

  Schedule learningRates() {
    return annealLr ? new Schedule.LinearToZero(learningRate) : new Schedule.Constant(learningRate);
  }

  /** T, the steps of each environment in an iteration. */
  int numSteps() {
    return Math.ceilDiv(stepsPerIteration, numEnvs);
  }
}
