package stride.lab.verify;

import org.apache.commons.math3.stat.StatUtils;
import stride.stats.Bootstrap;
import stride.stats.Interval;

/**
 * The returns of one configuration.
 *
 * @param seeds how many
 * @param failed how many of them have no return of their own, and count as the worst known
 * @param mean over seeds
 * @param standardDeviation of the sample; null for one seed
 * @param iqm mean without the lowest and the highest quarter
 * @param iqmCi95 its interval, by bootstrap; null for one seed
 */
public record ReturnsSummary(
    int seeds, int failed, double mean, Double standardDeviation, double iqm, Interval iqmCi95) {

  static ReturnsSummary of(double[] returns, int failed) {
    return new ReturnsSummary(
        returns.length,
        failed,
        StatUtils.mean(returns),
        returns.length < 2 ? null : (Double) Math.sqrt(StatUtils.variance(returns)),
        Bootstrap.interquartileMean(returns),
        returns.length < 2
            ? null
            : new Bootstrap(returns).interval(drawn -> Bootstrap.interquartileMean(drawn[0])));
  }
}
