package stride.stats;

import java.util.OptionalInt;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Whether two means are equal but for a margin, by two one-sided tests of Welch's at 5 % each: that
 * is the same as the 90 % interval of their difference lying within the margin.
 *
 * <p>After Schuirmann, "A comparison of the two one-sided tests procedure and the power approach",
 * Journal of Pharmacokinetics and Biopharmaceutics 15 (1987), 657-680. The power is with Student's
 * distribution in place of the noncentral one: right to a percent from samples of some ten values
 * on.
 */
public final class Equivalence {
  /** How sure the interval of the difference is. */
  public static final double CONFIDENCE = 0.9;

  /** How often means that are equal in truth shall be found to be. */
  public static final double WANTED_POWER = 0.8;

  private static final int LARGEST_SAMPLE = 1_000_000;

  private Equivalence() {}

  /**
   * The test.
   *
   * @param difference of two means
   * @param margin within which it is to be shown to lie
   * @return the larger of both tests'
   */
  public static double p(UncertainMean difference, double margin) {
    return Math.max(difference.pAbove(-margin), difference.pBelow(margin));
  }

  /**
   * How many values each sample needs.
   *
   * @param varianceA of the values of one sample
   * @param varianceB of the other's
   * @param margin within which the difference is to be shown to lie
   * @return the least number for {@link #WANTED_POWER}, 2 or more; empty if a million is not enough
   */
  public static OptionalInt sampleSize(double varianceA, double varianceB, double margin) {
    if (!(power(LARGEST_SAMPLE, varianceA, varianceB, margin) >= WANTED_POWER)) {
      return OptionalInt.empty();
    }
    int tooFew = 1;
    int enough = LARGEST_SAMPLE;
    while (enough - tooFew > 1) {
      int middle = (tooFew + enough) >>> 1;
      if (power(middle, varianceA, varianceB, margin) >= WANTED_POWER) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return OptionalInt.of(enough);
  }

  /**
   * How probable it is that means are found to be equal which are so in truth.
   *
   * @param size of each sample, 2 or more
   * @param varianceA of the values of one sample
   * @param varianceB of the other's
   * @param margin within which the difference is to be shown to lie
   * @return in [0, 1]
   */
  public static double power(int size, double varianceA, double varianceB, double margin) {
    double sum = varianceA + varianceB;
    if (sum == 0) {
      return 1;
    }
    double squares = varianceA * varianceA + varianceB * varianceB;
    var student = new TDistribution((size - 1) * sum * sum / squares);
    double room =
        margin / Math.sqrt(sum / size) - student.inverseCumulativeProbability((1 + CONFIDENCE) / 2);
    return Math.max(0, 2 * student.cumulativeProbability(room) - 1);
  }
}
