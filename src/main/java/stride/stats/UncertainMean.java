package stride.stats;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A mean with its uncertainty. Of logarithms, differences of such means are logarithms of ratios.
 *
 * <p>Degrees of freedom of a difference are those of Welch (1947) and Satterthwaite (1946), for any
 * number of parts: a comparison has two of forks and, where anchors correct it, two of those. For
 * two parts this is Welch's test, as {@link
 * org.apache.commons.math3.stat.inference.TTest#tTest(double[], double[])} has it.
 *
 * <p>Where nothing varies the mean is taken for the true one.
 *
 * @param mean of the sample
 * @param variance of the mean
 * @param degrees of freedom of that variance
 */
public record UncertainMean(double mean, double variance, double degrees) {
  /**
   * Of a sample.
   *
   * @param values two or more
   * @return their mean
   */
  public static UncertainMean of(double[] values) {
    double mean = StatUtils.mean(values);
    return new UncertainMean(
        mean, StatUtils.variance(values, mean) / values.length, values.length - 1.0);
  }

  /**
   * The difference from the mean of another sample.
   *
   * @param other independent of this one
   * @return this less the other
   */
  public UncertainMean minus(UncertainMean other) {
    double sum = variance + other.variance;
    double squares = part(this) + part(other);
    return new UncertainMean(mean - other.mean, sum, squares == 0 ? degrees : sum * sum / squares);
  }

  private static double part(UncertainMean m) {
    return m.variance * m.variance / m.degrees;
  }

  /**
   * Whether the true mean is other than 0.
   *
   * @return how probable a mean at least this far from 0 is if the true one is 0
   */
  public double p() {
    if (variance == 0) {
      return mean == 0 ? 1 : 0;
    }
    return 2 * new TDistribution(degrees).cumulativeProbability(-Math.abs(mean) / error());
  }

  /**
   * Whether the true mean is above a bound.
   *
   * @param bound what is to be shown to be less
   * @return how probable a mean at least this far above the bound is if the true one lies on it
   */
  public double pAbove(double bound) {
    if (variance == 0) {
      return mean >= bound ? 0 : 1;
    }
    return new TDistribution(degrees).cumulativeProbability((bound - mean) / error());
  }

  /**
   * Whether the true mean is below a bound.
   *
   * @param bound what is to be shown to be more
   * @return how probable a mean at least this far below the bound is if the true one lies on it
   */
  public double pBelow(double bound) {
    return new UncertainMean(-mean, variance, degrees).pAbove(-bound);
  }

  /**
   * How far the true mean may be away.
   *
   * @param confidence for example 0.95
   * @return half the width of the interval that holds it with this probability
   */
  public double margin(double confidence) {
    return new TDistribution(degrees).inverseCumulativeProbability((1 + confidence) / 2) * error();
  }

  private double error() {
    return Math.sqrt(variance);
  }
}
