package stride.stats;

import java.util.List;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A mean and half of its 95 % interval by Student's t.
 *
 * @param mean of a sample
 * @param half of the interval, which the mean is the middle of; NaN for a single value
 */
public record MeanInterval(double mean, double half) {
  private static final double CONFIDENCE = 0.95;

  /**
   * Of a sample.
   *
   * @param values one or more
   * @return their mean, with its interval if they are two or more
   */
  public static MeanInterval of(double[] values) {
    double half = values.length < 2 ? Double.NaN : UncertainMean.of(values).margin(CONFIDENCE);
    return new MeanInterval(StatUtils.mean(values), half);
  }

  /**
   * Where the interval begins.
   *
   * @return its lower end; the mean itself where there is no interval
   */
  public double low() {
    return Double.isNaN(half) ? mean : mean - half;
  }

  /**
   * Where the interval ends.
   *
   * @return its upper end; the mean itself where there is no interval
   */
  public double high() {
    return Double.isNaN(half) ? mean : mean + half;
  }

  /** Its ends, the lower first. */
  public List<Double> ends() {
    return List.of(low(), high());
  }
}
