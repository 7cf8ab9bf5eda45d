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
 * @param variance of the mean; NaN of a single value
 * @param degrees of freedom of that variance; 0 of a single value
 */
public record UncertainMean(double mean, double variance, double degrees) {
  /** Of the intervals that tables and pictures show, unless they say another. */
  public static final double CONFIDENCE = 0.95;

  /**
   * Of a sample.
   *
   * @param values one or more; a single one has no interval
   * @return their mean
   */
  public static UncertainMean of(double[] values) {
    double mean = StatUtils.mean(values);
    double variance = values.length < 2 ? Double.NaN : StatUtils.variance(values, mean);
    return new UncertainMean(mean, variance / values.length, values.length - 1.0);
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

  /** Whether there is an interval: not around a single value. */
  public boolean hasInterval() {
    return degrees > 0;
  }

  /**
   * Whether the true mean is other than 0: how probable a mean at least this far from 0 is if the
   * true one is 0.
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
   * @return half the width of the interval that holds it with this probability; NaN of a single
   *     value
   */
  public double margin(double confidence) {
    return hasInterval()
        ? new TDistribution(degrees).inverseCumulativeProbability((1 + confidence) / 2) * error()
        : Double.NaN;
  }

  /** Half the width of the 95 % interval; NaN of a single value. */
  public double margin() {
    return margin(CONFIDENCE);
  }

  /**
   * Where the true mean probably lies, by Student's distribution.
   *
   * @param confidence for example 0.9
   * @return around the mean; of a single value no wider than the value
   */
  public Interval interval(double confidence) {
    double half = hasInterval() ? margin(confidence) : 0;
    return new Interval(mean - half, mean + half);
  }

  /** The 95 % interval. */
  public Interval interval() {
    return interval(CONFIDENCE);
  }

  private double error() {
    return Math.sqrt(variance);
  }
}
