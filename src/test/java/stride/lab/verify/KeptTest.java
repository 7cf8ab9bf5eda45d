package stride.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.stats.Equivalence;
import stride.stats.UncertainMean;

/** How often is a verdict wrong, and how often is it found? By simulation, with seeded noise. */
class KeptTest {
  private static final int COMPARISONS = 4000;
  private static final double LEVEL = 0.05;
  private static final double MEAN = 1000;

  private static double noise(double share) {
    return 3 * Math.sqrt(share * (1 - share) / COMPARISONS);
  }

  private static double[] draw(int seeds, double mean, double deviation, RandomGenerator random) {
    return DoubleStream.generate(() -> mean + deviation * random.nextGaussian())
        .limit(seeds)
        .toArray();
  }

  /** The share of comparisons with the verdict kept, as {@link ReturnsComparison} comes to it. */
  private static double kept(
      int seeds, double candidateMean, double referenceSpread, double spread, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    int kept = 0;
    for (int k = 0; k < COMPARISONS; k++) {
      UncertainMean reference = UncertainMean.of(draw(seeds, MEAN, referenceSpread, random));
      UncertainMean candidate = UncertainMean.of(draw(seeds, candidateMean, spread, random));
      double margin = 0.1 * reference.mean();
      kept += Verdict.of(candidate.minus(reference), margin) == Verdict.KEPT ? 1 : 0;
    }
    return (double) kept / COMPARISONS;
  }

  @ParameterizedTest
  @CsvSource({
    "5, 60, 60",
    "5, 100, 20",
    "10, 100, 100",
    "10, 30, 200",
    "45, 160, 160",
    "100, 160, 160",
  })
  void aLossOfTheWholeMarginIsRarelyFoundToBeKept(int seeds, double reference, double candidate) {
    assertThat(kept(seeds, 0.9 * MEAN, reference, candidate, seeds))
        .isLessThanOrEqualTo(LEVEL + noise(LEVEL));
  }

  /** Here the uncertainty of the margin itself, a tenth of the reference's, adds a little. */
  @Test
  void aGainOfTheWholeMarginIsRarelyFoundToBeKept() {
    assertThat(kept(45, 1.1 * MEAN, 160, 160, 1)).isLessThanOrEqualTo(0.06 + noise(0.06));
  }

  @ParameterizedTest
  @CsvSource({"160, 160", "100, 100", "60, 200", "70, 70"})
  void theNumberOfSeedsGivesThePowerItPromises(double reference, double candidate) {
    int seeds =
        Equivalence.sampleSize(reference * reference, candidate * candidate, 0.1 * MEAN)
            .orElseThrow();
    assertThat(kept(seeds, MEAN, reference, candidate, seeds))
        .as("%d seeds", seeds)
        .isBetween(Equivalence.WANTED_POWER - 0.03, Equivalence.WANTED_POWER + 0.04);
  }
}
