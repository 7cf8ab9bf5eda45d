package stride.lab.verify;

import java.util.Arrays;
import java.util.OptionalInt;
import org.apache.commons.math3.stat.StatUtils;
import stride.stats.Bootstrap;
import stride.stats.Equivalence;
import stride.stats.Interval;
import stride.stats.UncertainMean;

/**
 * Whether returns were kept, and all that it was judged by.
 *
 * <p>The test is that of equivalence: two one-sided tests of Welch's, each at 5 %, which is the
 * same as the 90 % interval of the difference lying within the margin. Returns that differ by the
 * margin or more are found to be kept in at most 5 % of comparisons. The margin is a share of the
 * reference's mean as measured; that this mean is itself uncertain makes the test a little stricter
 * against losses, and milder against gains.
 *
 * @param verdict what became of the returns
 * @param marginShare of the reference's mean
 * @param margin that share of it, as it was measured
 * @param reference what is compared with
 * @param candidate what is judged
 * @param difference of the means, candidate less reference
 * @param welchDf degrees of freedom of the difference; null where an arm has one seed
 * @param ci90 interval of the difference; null likewise
 * @param tostP p of equivalence, the larger of the two tests'; null likewise
 * @param nonInferiorityP p of the candidate's not being worse by the margin; null likewise
 * @param probabilityOfImprovement how often a seed of the candidate beats one of the reference
 * @param probabilityOfImprovementCi95 its interval, by bootstrap; null where an arm has one seed
 * @param seedsNeeded of each arm, for the verdict kept in 80 % of comparisons if the true
 *     difference is 0 and the spread is that of these seeds; null where no number is enough, or the
 *     spread is not known
 */
public record ReturnsComparison(
    Verdict verdict,
    double marginShare,
    double margin,
    ReturnsSummary reference,
    ReturnsSummary candidate,
    double difference,
    Double welchDf,
    Interval ci90,
    Double tostP,
    Double nonInferiorityP,
    double probabilityOfImprovement,
    Interval probabilityOfImprovementCi95,
    Integer seedsNeeded) {

  /**
   * Judges.
   *
   * @param reference one return a seed, NaN where a seed failed without one
   * @param candidate likewise, of any number of seeds
   * @param marginShare of the reference's mean, 0 or more
   * @param identical whether each pair of seeds ended in the same parameters
   * @param worstSeen the worst return known from elsewhere, such as that of policies which have
   *     learnt nothing; NaN for none
   * @return the verdict and its numbers
   * @throws IllegalArgumentException if an arm has no seed, or no seed has a return
   */
  public static ReturnsComparison of(
      double[] reference,
      double[] candidate,
      double marginShare,
      boolean identical,
      double worstSeen) {
    double worst = worst(reference, candidate, worstSeen);
    double[] old = Returns.counted(reference, worst);
    double[] now = Returns.counted(candidate, worst);
    double margin = marginShare * Math.abs(StatUtils.mean(old));
    UncertainMean difference =
        Math.min(old.length, now.length) < 2
            ? null
            : UncertainMean.of(now).minus(UncertainMean.of(old));
    return new ReturnsComparison(
        identical && Arrays.equals(reference, candidate)
            ? Verdict.IDENTICAL
            : difference == null ? Verdict.NOT_SHOWN : Verdict.of(difference, margin),
        marginShare,
        margin,
        ReturnsSummary.of(old, failed(reference)),
        ReturnsSummary.of(now, failed(candidate)),
        StatUtils.mean(now) - StatUtils.mean(old),
        difference == null ? null : (Double) difference.degrees(),
        difference == null ? null : difference.interval(Equivalence.CONFIDENCE),
        difference == null ? null : (Double) Equivalence.p(difference, margin),
        difference == null ? null : (Double) difference.pAbove(-margin),
        Bootstrap.probabilityOfImprovement(old, now),
        difference == null
            ? null
            : new Bootstrap(old, now)
                .interval(drawn -> Bootstrap.probabilityOfImprovement(drawn[0], drawn[1])),
        difference == null ? null : needed(old, now, margin));
  }

  private static double worst(double[] reference, double[] candidate, double worstSeen) {
    if (reference.length == 0 || candidate.length == 0) {
      throw new IllegalArgumentException(
          "seeds=%d and %d, required: one or more of each arm"
              .formatted(reference.length, candidate.length));
    }
    double worst = Returns.worst(worstSeen, reference, candidate);
    if (Double.isNaN(worst)) {
      throw new IllegalArgumentException("no seed of either arm has a return");
    }
    return worst;
  }

  private static int failed(double[] returns) {
    return (int) Arrays.stream(returns).filter(Double::isNaN).count();
  }

  private static Integer needed(double[] reference, double[] candidate, double margin) {
    OptionalInt seeds =
        Equivalence.sampleSize(
            StatUtils.variance(reference), StatUtils.variance(candidate), margin);
    return seeds.isPresent() ? (Integer) seeds.getAsInt() : null;
  }

  /** The verdict in words: one sentence without a line break. */
  public String sentence() {
    String margin = "%.3g %% of the reference's mean".formatted(100 * marginShare);
    return switch (verdict) {
      case IDENTICAL -> "identical: every pair of seeds ended in the same bits";
      case KEPT ->
          "kept: the difference is %s, within ± %.4g, %s".formatted(between(), this.margin, margin);
      case BETTER -> "better: the difference is %s, above zero".formatted(between());
      case WORSE -> "worse: the difference is %s, below zero".formatted(between());
      case NOT_SHOWN ->
          "not shown: the difference %s, and ± %.4g, %s, was to be shown; %s"
              .formatted(
                  ci90 == null ? "has no interval with one seed" : "is " + between(),
                  this.margin,
                  margin,
                  advice());
    };
  }

  private String between() {
    return "%.4g to %.4g (90 %% interval)".formatted(ci90.low(), ci90.high());
  }

  private String advice() {
    if (ci90 == null) {
      return "two seeds of each arm are the least";
    }
    if (seedsNeeded == null) {
      return "with this spread no number of seeds is enough";
    }
    return "equal returns of this spread take %d seeds of each arm%s"
        .formatted(
            seedsNeeded,
            seedsNeeded <= Math.min(reference.seeds(), candidate.seeds())
                ? ", and there were as many: they may well differ"
                : "");
  }
}
