package stride.lab.verify;

import java.util.OptionalInt;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * How many seeds an arm needs so that returns which are equal in truth are found to be kept.
 *
 * <p>The power of two one-sided tests after Schuirmann, "A comparison of the two one-sided tests
 * procedure and the power approach", Journal of Pharmacokinetics and Biopharmaceutics 15 (1987),
 * 657-680, with Student's distribution in place of the noncentral one: right to a percent from some
 * ten seeds on.
 */
public final class Power {
  /** How often a comparison of equal returns shall end with the verdict kept. */
  public static final double WANTED = 0.8;

  private static final int MOST_SEEDS = 1_000_000;

  private Power() {}

  /**
   * The number of seeds.
   *
   * @param referenceVariance of returns over seeds
   * @param candidateVariance likewise
   * @param margin within which the difference is to be shown to lie
   * @return the least number for each arm, 2 or more; empty if a million is not enough
   */
  public static OptionalInt seeds(
      double referenceVariance, double candidateVariance, double margin) {
    if (!(of(MOST_SEEDS, referenceVariance, candidateVariance, margin) >= WANTED)) {
      return OptionalInt.empty();
    }
    int tooFew = 1;
    int enough = MOST_SEEDS;
    while (enough - tooFew > 1) {
      int middle = (tooFew + enough) >>> 1;
      if (of(middle, referenceVariance, candidateVariance, margin) >= WANTED) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return OptionalInt.of(enough);
  }

  /**
   * How probable the verdict kept is if the returns are equal in truth.
   *
   * @param seeds of each arm, 2 or more
   * @param referenceVariance of returns over seeds
   * @param candidateVariance likewise
   * @param margin within which the difference is to be shown to lie
   * @return in [0, 1]
   */
  public static double of(
      int seeds, double referenceVariance, double candidateVariance, double margin) {
    double sum = referenceVariance + candidateVariance;
    if (sum == 0) {
      return 1;
    }
    double squares = referenceVariance * referenceVariance + candidateVariance * candidateVariance;
    var student = new TDistribution((seeds - 1) * sum * sum / squares);
    double room =
        margin / Math.sqrt(sum / seeds)
            - student.inverseCumulativeProbability((1 + Verdict.CONFIDENCE) / 2);
    return Math.max(0, 2 * student.cumulativeProbability(room) - 1);
  }
}
