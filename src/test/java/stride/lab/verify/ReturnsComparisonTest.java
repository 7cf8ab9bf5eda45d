package stride.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.files.JsonText;
import stride.nn.Golden;
import stride.stats.Interval;

/** Verdicts at their borders, and the arithmetic against SciPy's, in the golden files. */
class ReturnsComparisonTest {
  private static final double NONE = Double.NaN;
  private static final Offset<Double> CLOSE = within(1e-9);

  private static ReturnsComparison judge(double[] reference, double[] candidate) {
    return ReturnsComparison.of(reference, candidate, 0.1, false, NONE);
  }

  /** Mean and standard deviation exactly so. */
  private static double[] returns(int seeds, double mean, double deviation) {
    double scale = deviation * Math.sqrt((seeds - 1.0) / seeds);
    assertThat(seeds % 2).isZero();
    return IntStream.range(0, seeds)
        .mapToDouble(k -> mean + (k % 2 == 0 ? scale : -scale))
        .toArray();
  }

  private static double[] same(int seeds, double value) {
    double[] returns = new double[seeds];
    Arrays.fill(returns, value);
    return returns;
  }

  @Test
  void theArithmeticIsScipys() {
    JsonNode cases = Golden.learning("statistics");
    assertThat(cases).hasSizeGreaterThan(3);
    for (JsonNode expected : cases) {
      double[] reference = Golden.doubles(expected.get("reference"));
      double[] candidate = Golden.doubles(expected.get("candidate"));
      ReturnsComparison comparison = judge(reference, candidate);
      assertThat(comparison.margin()).isCloseTo(expected.get("margin").doubleValue(), CLOSE);
      assertThat(comparison.welchDf()).isCloseTo(expected.get("welch_df").doubleValue(), CLOSE);
      assertThat(comparison.difference())
          .isCloseTo(expected.get("difference").doubleValue(), CLOSE);
      assertThat(comparison.tostP()).isCloseTo(expected.get("tost_p").doubleValue(), CLOSE);
      assertThat(comparison.ci90().low())
          .isCloseTo(expected.get("ci90").get(0).doubleValue(), within(1e-6));
      assertThat(comparison.ci90().high())
          .isCloseTo(expected.get("ci90").get(1).doubleValue(), within(1e-6));
      assertThat(comparison.reference().iqm())
          .isCloseTo(expected.get("iqm_reference").doubleValue(), CLOSE);
      assertThat(comparison.candidate().iqm())
          .isCloseTo(expected.get("iqm_candidate").doubleValue(), CLOSE);
      assertThat(comparison.probabilityOfImprovement())
          .isCloseTo(expected.get("probability_of_improvement").doubleValue(), CLOSE);
      assertThat(comparison.verdict() == Verdict.KEPT).isEqualTo(comparison.tostP() <= 0.05);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // ten seeds of deviation 100 each way: the interval is the difference +- 77.5
    "1000, KEPT",
    "1020, KEPT",
    "1030, NOT_SHOWN",
    "1070, NOT_SHOWN",
    "1080, BETTER",
    "930, NOT_SHOWN",
    "920, WORSE",
    "0, WORSE",
  })
  void theVerdictIsWhereTheIntervalLies(double candidate, Verdict verdict) {
    ReturnsComparison comparison = judge(returns(10, 1000, 100), returns(10, candidate, 100));
    assertThat(comparison.verdict()).isEqualTo(verdict);
    assertThat(comparison.ci90().high() - candidate + 1000).isCloseTo(77.55, within(0.01));
    assertThat(comparison.sentence()).startsWith(verdict.word().replace('_', ' ') + ": ");
  }

  @Test
  void aSmallSureDifferenceIsKept() {
    ReturnsComparison comparison = judge(returns(10, 1000, 1), returns(10, 990, 1));
    assertThat(comparison.ci90().high()).isNegative();
    assertThat(comparison.verdict()).isEqualTo(Verdict.KEPT);
    assertThat(comparison.nonInferiorityP()).isLessThan(1e-6);
  }

  @Test
  void nonInferiorityLooksAtOneSideOnly() {
    ReturnsComparison comparison = judge(returns(10, 1000, 100), returns(10, 1500, 100));
    assertThat(comparison.verdict()).isEqualTo(Verdict.BETTER);
    assertThat(comparison.nonInferiorityP()).isLessThan(0.001);
    assertThat(comparison.tostP()).isGreaterThan(0.999);
  }

  // ---- identical -----------------------------------------------------------------------------

  @Test
  void identicalNeedsEqualReturnsToo() {
    double[] returns = {500, 300, NONE};
    assertThat(ReturnsComparison.of(returns, returns.clone(), 0.1, true, NONE).verdict())
        .isEqualTo(Verdict.IDENTICAL);
    assertThat(
            ReturnsComparison.of(returns, new double[] {500, 200, NONE}, 0.1, true, NONE).verdict())
        .isEqualTo(Verdict.NOT_SHOWN);
    assertThat(ReturnsComparison.of(same(1, 7), same(1, 7), 0.1, true, NONE).verdict())
        .isEqualTo(Verdict.IDENTICAL);
  }

  // ---- no spread -----------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"500, KEPT", "450, KEPT", "550, KEPT", "449, WORSE", "551, BETTER"})
  void withoutAnySpreadTheMeansAreTheTruth(double candidate, Verdict verdict) {
    ReturnsComparison comparison = judge(same(5, 500), same(5, candidate));
    assertThat(comparison.verdict()).isEqualTo(verdict);
    assertThat(comparison.tostP()).isEqualTo(verdict == Verdict.KEPT ? 0 : 1);
    assertThat(comparison.ci90()).isEqualTo(new Interval(candidate - 500, candidate - 500));
    assertThat(comparison.seedsNeeded()).isEqualTo(2);
    assertThat(comparison.reference().iqmCi95()).isEqualTo(new Interval(500, 500));
  }

  @Test
  void withoutSpreadInOneArmTheOtherOnesCounts() {
    ReturnsComparison comparison = judge(same(10, 1000), returns(10, 1000, 100));
    assertThat(comparison.welchDf()).isCloseTo(9, CLOSE);
    assertThat(comparison.verdict()).isEqualTo(Verdict.KEPT);
    assertThat(judge(returns(10, 1000, 100), same(10, 1000)).welchDf()).isCloseTo(9, CLOSE);
  }

  @Test
  void returnsOfNothingButZeroAreKeptWithoutAnyMargin() {
    assertThat(judge(same(3, 0), same(3, 0)).verdict()).isEqualTo(Verdict.KEPT);
    ReturnsComparison spread = judge(returns(4, 0, 1), returns(4, 0, 1));
    assertThat(spread.verdict()).isEqualTo(Verdict.NOT_SHOWN);
    assertThat(spread.seedsNeeded()).isNull();
    assertThat(spread.sentence()).contains("no number of seeds");
  }

  @Test
  void theMarginOfNegativeReturnsIsPositive() {
    ReturnsComparison comparison = judge(returns(10, -1000, 10), returns(10, -1000, 10));
    assertThat(comparison.margin()).isCloseTo(100, CLOSE);
    assertThat(comparison.verdict()).isEqualTo(Verdict.KEPT);
  }

  // ---- few and different numbers of seeds ----------------------------------------------------

  @Test
  void oneSeedShowsNothing() {
    for (ReturnsComparison comparison :
        new ReturnsComparison[] {
          judge(same(1, 500), same(1, 500)),
          judge(same(1, 500), same(5, 500)),
          judge(same(5, 500), same(1, 500))
        }) {
      assertThat(comparison.verdict()).isEqualTo(Verdict.NOT_SHOWN);
      assertThat(comparison.ci90()).isNull();
      assertThat(comparison.tostP()).isNull();
      assertThat(comparison.seedsNeeded()).isNull();
      assertThat(comparison.sentence()).contains("one seed");
    }
    assertThat(judge(same(1, 500), same(1, 500)).reference().standardDeviation()).isNull();
  }

  @Test
  void armsMayHaveDifferentNumbersOfSeeds() {
    ReturnsComparison comparison = judge(returns(20, 1000, 50), returns(6, 1000, 50));
    assertThat(comparison.reference().seeds()).isEqualTo(20);
    assertThat(comparison.candidate().seeds()).isEqualTo(6);
    assertThat(comparison.verdict()).isEqualTo(Verdict.KEPT);
    // by hand: (125 + 2500 / 6)^2 / (125^2 / 19 + (2500 / 6)^2 / 5)
    assertThat(comparison.welchDf()).isCloseTo(8.2545, within(1e-3));
  }

  @Test
  void anArmWithoutSeedsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> judge(new double[0], same(1, 1)))
        .withMessage("seeds=0 and 1, required: one or more of each arm");
  }

  // ---- failed seeds --------------------------------------------------------------------------

  @Test
  void aFailedSeedCountsAsTheWorstReturnOfBothArms() {
    ReturnsComparison comparison =
        judge(new double[] {400, 500, 480}, new double[] {450, NONE, 480});
    assertThat(comparison.candidate().failed()).isOne();
    assertThat(comparison.candidate().mean()).isCloseTo((450 + 400 + 480) / 3.0, CLOSE);
    assertThat(comparison.reference().failed()).isZero();
  }

  @Test
  void allSeedsFailingIsWorseEvenWhereTheReferenceHasNoSpread() {
    ReturnsComparison comparison =
        ReturnsComparison.of(same(5, 500), same(5, NONE), 0.1, false, 20);
    assertThat(comparison.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(comparison.candidate().mean()).isEqualTo(20);
  }

  @Test
  void nothingButFailuresIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> judge(same(2, NONE), same(2, NONE)))
        .withMessage("no seed of either arm has a return");
  }

  // ---- bootstrap -----------------------------------------------------------------------------

  @Test
  void equalReturnsGiveEqualIntervals() {
    double[] reference = returns(10, 1000, 100);
    double[] candidate = returns(10, 1010, 90);
    assertThat(judge(reference, candidate)).isEqualTo(judge(reference, candidate));
  }

  @Test
  void theBootstrapsIntervalIsNearTheMeansWhereNothingIsTrimmedAway() {
    // uniform from 0 to 99: the mean of the middle half has a standard error of some 4 points
    double[] uniform = IntStream.range(0, 100).asDoubleStream().toArray();
    Interval interval = judge(uniform, uniform).reference().iqmCi95();
    assertThat(interval.low()).isBetween(38.0, 44.0);
    assertThat(interval.high()).isBetween(55.0, 61.0);
    Interval improvement = judge(uniform, uniform).probabilityOfImprovementCi95();
    assertThat(improvement.low()).isBetween(0.40, 0.44);
    assertThat(improvement.high()).isBetween(0.56, 0.60);
  }

  @Test
  void jsonHasTheVerdictAsAWord() {
    String json = JsonText.line(judge(returns(4, 0, 1), returns(4, 0, 1)));
    assertThat(json)
        .contains("\"verdict\":\"not_shown\"", "\"ci90\":{\"low\":", "\"seeds_needed\":null")
        .doesNotContain("NaN", "Infinity");
  }
}
