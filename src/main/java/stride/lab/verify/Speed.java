package stride.lab.verify;

import java.util.List;
import java.util.stream.IntStream;
import stride.lab.trials.TrialResult;
import stride.stats.Interval;
import stride.stats.UncertainMean;

/**
 * How many times as fast the candidate trains.
 *
 * @param ratio geometric mean over pairs of seeds; null without a pair
 * @param ci95 its interval; null for fewer than two
 * @param pairs how many have a speed on both sides
 */
record Speed(Double ratio, Interval ci95, int pairs) {
  /**
   * Seeds that failed or were interrupted have none; and what was not trained in turn, with equal
   * threads on the same machine at about the same time, does not compare.
   */
  static Speed of(List<TrialResult> reference, List<TrialResult> candidate) {
    double[] logs =
        IntStream.range(0, reference.size())
            .filter(seed -> isComparable(reference.get(seed), candidate.get(seed)))
            .mapToDouble(
                seed ->
                    Math.log(
                        candidate.get(seed).envStepsPerSecondSteady()
                            / reference.get(seed).envStepsPerSecondSteady()))
            .toArray();
    if (logs.length < 2) {
      return new Speed(logs.length == 0 ? null : (Double) Math.exp(logs[0]), null, logs.length);
    }
    UncertainMean mean = UncertainMean.of(logs);
    return new Speed(Math.exp(mean.mean()), mean.interval().map(Math::exp), logs.length);
  }

  private static boolean isComparable(TrialResult reference, TrialResult candidate) {
    return reference.envStepsPerSecondSteady() != null
        && candidate.envStepsPerSecondSteady() != null
        && reference.turns().equals(candidate.turns());
  }
}
