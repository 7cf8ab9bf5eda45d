package stride.randomsearch;

import stride.options.OptionRule;
import stride.options.Range;

/**
 * What random search is told.
 *
 * @param numEnvs N, the number of environments
 * @param numSteps T, the env steps of each environment that a policy is judged by
 * @param totalTimesteps env steps of the whole run
 * @param sigma standard deviation of the noise that is added to the best parameters so far
 */
public record RandomSearchOptions(
    @OptionRule(range = Range.AT_LEAST_ONE) int numEnvs,
    @OptionRule(range = Range.AT_LEAST_ONE, unit = "env steps") int numSteps,
    @OptionRule(range = Range.AT_LEAST_ONE, unit = "env steps") long totalTimesteps,
    @OptionRule(range = Range.POSITIVE) double sigma) {}
