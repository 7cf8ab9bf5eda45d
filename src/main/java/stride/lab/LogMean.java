package stride.lab;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A mean of logarithms with its uncertainty: differences of such means are logarithms of ratios.
 *
 * <p>Degrees of freedom of a difference are those of Welch (1947) and Satterthwaite (1946), for any
 * number of parts: a comparison has two of forks and, where anchors correct it, two of those. For
 * two parts this is Welch's test, as {@link
 * org.apache.commons.math3.stat.inference.TTest#tTest(double[], double[])} has it.
 *
 * @param mean of logarithms
 * @param variance of the mean
 * @param degrees of freedom of that variance
 */
record LogMean(double mean, double variance, double degrees) {
  /**
   * Of a sample.
   *
   * @param logs two or more
   */
  static LogMean of(double[] logs) {
    double mean = StatUtils.mean(logs);
    return new LogMean(mean, StatUtils.variance(logs, mean) / logs.length, logs.length - 1.0);
  }

  LogMean minus(LogMean other) {
    double sum = variance + other.variance;
    double squares = part(this) + part(other);
    return new LogMean(mean - other.mean, sum, squares == 0 ? degrees : sum * sum / squares);
  }

  private static double part(LogMean m) {
    return m.variance * m.variance / m.degrees;
  }

  /** How probable a mean at least this far from 0 is if the true one is 0. */
  double p() {
    if (variance == 0) {
      return mean == 0 ? 1 : 0;
    }
    return 2 * new TDistribution(degrees).cumulativeProbability(-Math.abs(mean) / error());
  }

  /** Half the width of the interval that holds the true mean with this probability. */
  double margin(double confidence) {
    return new TDistribution(degrees).inverseCumulativeProbability((1 + confidence) / 2) * error();
  }

  private double error() {
    return Math.sqrt(variance);
  }
}
