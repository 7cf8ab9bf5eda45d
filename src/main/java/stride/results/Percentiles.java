package stride.results;

import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import stride.files.OrNull;

/**
 * How long something took, in microseconds. A percentile that leaves out less than one of the
 * measured is null: of ten, the 99.9th would be the longest by another name.
 *
 * @param count how many were measured
 * @param p50 median
 * @param p90 90th percentile; null of fewer than 10
 * @param p99 99th percentile; null of fewer than 100
 * @param p999 99.9th percentile; null of fewer than 1000
 * @param max longest
 */
public record Percentiles(
    long count,
    double p50,
    @OrNull Double p90,
    @OrNull Double p99,
    @OrNull Double p999,
    double max) {

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
        resolved(nanos, 90, 10),
        resolved(nanos, 99, 100),
        resolved(nanos, 99.9, 1000),
        nanos.getMaxValue() * 1e-3);
  }

  /**
   * A table for percentiles.
   *
   * @param names heads of the columns before them
   */
  public static Table table(String... names) {
    return new Table(
        Stream.of(Stream.of(names), Stream.of("count", "p50", "p90", "p99", "p99.9", "max"))
            .flatMap(heads -> heads)
            .toArray(String[]::new));
  }

  /** Adds a line. */
  public void addTo(Table table, String... names) {
    Stream<String> own =
        Stream.concat(
            Stream.of(Figures.whole((double) count)),
            Stream.of(p50, p90, p99, p999, max).map(TimeText::ofMicros));
    table.add(Stream.concat(Stream.of(names), own).toArray(String[]::new));
  }

  private static Double resolved(Histogram nanos, double percentile, int leastCount) {
    return nanos.getTotalCount() < leastCount
        ? null
        : (Double) (nanos.getValueAtPercentile(percentile) * 1e-3);
  }
}
