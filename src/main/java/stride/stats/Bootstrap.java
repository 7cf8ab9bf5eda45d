package stride.stats;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Figures that have no formula for their interval, after Agarwal et al., "Deep reinforcement
 * learning at the edge of the statistical precipice", NeurIPS 2021: seeds are drawn again with
 * replacement, each arm for itself, and the interval is that of the percentiles.
 */
public final class Bootstrap {
  private static final int RESAMPLES = 5000;
  private static final long SEED = 1;
  private static final double TRIMMED = 0.25; // at either end

  private final RandomStream random = new RandomStream(SEED, Purpose.RESAMPLING);
  private final double[][] arms;

  public Bootstrap(double[]... arms) {
    this.arms = arms;
  }

  /** Where a figure of the arms lies, by 95 % of the resamples. */
  public Interval interval(ToDoubleFunction<double[][]> figure) {
    double[] figures = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double[][] drawn = new double[arms.length][];
      for (int arm = 0; arm < arms.length; arm++) {
        drawn[arm] = draw(arm, resample);
      }
      figures[resample] = figure.applyAsDouble(drawn);
    }
    var percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
    percentile.setData(figures);
    return new Interval(percentile.evaluate(2.5), percentile.evaluate(97.5));
  }

  private double[] draw(int arm, int resample) {
    random.seek(arm, resample);
    double[] from = arms[arm];
    double[] drawn = new double[from.length];
    for (int k = 0; k < drawn.length; k++) {
      drawn[k] = from[random.nextInt(from.length)];
    }
    return drawn;
  }

  /** The mean without the lowest and the highest quarter, each rounded down to whole seeds. */
  public static double interquartileMean(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int cut = (int) (TRIMMED * sorted.length);
    return StatUtils.mean(sorted, cut, sorted.length - 2 * cut);
  }

  /** How often a seed of the candidate beats one of the reference; ties count half. */
  public static double probabilityOfImprovement(double[] reference, double[] candidate) {
    double won = 0;
    for (double c : candidate) {
      for (double r : reference) {
        won += c > r ? 1 : c == r ? 0.5 : 0;
      }
    }
    return won / candidate.length / reference.length;
  }
}
