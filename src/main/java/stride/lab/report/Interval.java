package stride.lab.report;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/** A mean over seeds and half of its interval by Student's t; NaN for a single seed. */
record Interval(double mean, double half) {
  private static final double CONFIDENCE = 0.95;

  static Interval of(double[] values) {
    var statistics = new DescriptiveStatistics(values);
    double half =
        values.length < 2
            ? Double.NaN
            : new TDistribution(values.length - 1.0)
                    .inverseCumulativeProbability((1 + CONFIDENCE) / 2)
                * statistics.getStandardDeviation()
                / Math.sqrt(values.length);
    return new Interval(statistics.getMean(), half);
  }

  /** The mean itself where there is no interval. */
  double low() {
    return Double.isNaN(half) ? mean : mean - half;
  }

  double high() {
    return Double.isNaN(half) ? mean : mean + half;
  }

  String text() {
    String text = Figures.fixed(mean, 1);
    return Double.isNaN(half) ? text : text + " ± " + Figures.fixed(half, 1);
  }
}
