package stride.lab.verify;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import stride.lab.trials.TrialResult;

/** How returns count that are missing because a seed failed: as the worst return known. */
public final class Returns {
  private Returns() {}

  /**
   * About what a policy reaches that has learnt nothing.
   *
   * @param results of any configurations of one task
   * @return the lowest mean over the last 100 episodes, or as many as there were, that any training
   *     saw; NaN if none saw any
   */
  public static double lowestSeen(Stream<TrialResult> results) {
    return results
        .map(TrialResult::returnMeanLowest)
        .filter(Objects::nonNull)
        .mapToDouble(lowest -> lowest)
        .min()
        .orElse(Double.NaN);
  }

  /**
   * The worst return known.
   *
   * @param lowestSeen in training; NaN for none
   * @param arms one return a seed of each configuration, NaN where a seed failed without one
   * @return the least of all; NaN where nothing is known
   */
  public static double worst(double lowestSeen, double[]... arms) {
    return DoubleStream.concat(
            DoubleStream.of(lowestSeen), Arrays.stream(arms).flatMapToDouble(DoubleStream::of))
        .filter(value -> !Double.isNaN(value))
        .min()
        .orElse(Double.NaN);
  }

  /**
   * Returns as they count.
   *
   * @param returns one a seed, NaN where a seed failed without one
   * @param worst what such a seed counts as
   * @return as many
   */
  public static double[] counted(double[] returns, double worst) {
    return Arrays.stream(returns).map(value -> Double.isNaN(value) ? worst : value).toArray();
  }
}
