package stride.lab;

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * A mean and half of its 95 % interval by Student's t.
 *
 * @param mean of a sample
 * @param half of the interval, which the mean is the middle of
 */
record MeanInterval(double mean, double half) {
  private static final double CONFIDENCE = 0.95;

  /**
   * Of a sample.
   *
   * @param values two or more
   */
  static MeanInterval of(double[] values) {
    var statistics = new DescriptiveStatistics(values);
    double quantile =
        new TDistribution(values.length - 1.0).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
    return new MeanInterval(
        statistics.getMean(),
        quantile * statistics.getStandardDeviation() / Math.sqrt(values.length));
  }

  /** Its ends, the lower first. */
  List<Double> ends() {
    return List.of(mean - half, mean + half);
  }
}
