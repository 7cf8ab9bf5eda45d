package stride.lab;

import org.HdrHistogram.Histogram;

/**
 * How long something took, in microseconds.
 *
 * @param count how many were measured
 * @param p50 median
 * @param p90 90th percentile
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 * @param max longest
 */
public record Percentiles(long count, double p50, double p90, double p99, double p999, double max) {

  /**
   * Reads a histogram.
   *
   * @param nanos values in nanoseconds
   * @return its percentiles in microseconds
   */
  public static Percentiles of(Histogram nanos) {
    return new Percentiles(
        nanos.getTotalCount(),
        nanos.getValueAtPercentile(50) * 1e-3,
        nanos.getValueAtPercentile(90) * 1e-3,
        nanos.getValueAtPercentile(99) * 1e-3,
        nanos.getValueAtPercentile(99.9) * 1e-3,
        nanos.getMaxValue() * 1e-3);
  }
}
