package stride.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.stat.inference.TTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.lab.LabException;
import stride.results.Anchor;
import stride.results.Figures;
import stride.results.Machine;
import stride.results.Machines;
import stride.results.Results;
import stride.results.ResultsFolder;

/** Are pairs found, ratios right side up, and folders that cannot be compared refused? */
class ComparisonTest {
  private static final Anchor ANCHOR = new Anchor(20_000, 10);
  private static final double TOLERANCE = 0.05;

  @TempDir Path temp;

  private Results folder(Machine machine, Anchor start, Anchor end, List<Map<String, Object>> jmh) {
    ResultsFolder folder = ResultsFolder.create(temp, machine);
    JmhFiles.anchors(folder, start, end);
    JmhFiles.write(folder, "Suite", jmh);
    return Results.read(folder.path());
  }

  private Results folder(Map<String, Object> jmh) {
    return folder(Machines.epyc(), ANCHOR, ANCHOR, List.of(jmh));
  }

  private Results folder(Map<String, Object> jmh, Map<String, Object> more) {
    return folder(Machines.epyc(), ANCHOR, ANCHOR, List.of(jmh, more));
  }

  private static Map<String, Object> result(String name, String mode, String unit, double figure) {
    double[][] forks = new double[5][];
    for (int f = 0; f < forks.length; f++) {
      forks[f] = new double[] {figure * (1 + 0.001 * f)};
    }
    return JmhFiles.result(name, Map.of(), mode, unit, forks);
  }

  private static RandomGenerator seeded(long seed) {
    return new SplittableRandom(seed);
  }

  private static Comparison compare(Results a, Results b) {
    return Comparison.of(a, b, TOLERANCE, false);
  }

  @Test
  void aboveOneIsFasterWhateverTheModeAndUnit() {
    Results a =
        folder(result("S.rate", "thrpt", "ops/s", 100), result("S.time", "avgt", "us/op", 100));
    Results b =
        folder(result("S.rate", "thrpt", "ops/ms", 0.2), result("S.time", "avgt", "ns/op", 50_000));
    Comparison comparison = compare(a, b);
    assertThat(comparison.rows())
        .allSatisfy(row -> assertThat(row.ratio()).isCloseTo(2, within(1e-9)))
        .allSatisfy(row -> assertThat(row.verdict()).isEqualTo(ComparisonRow.FASTER))
        .allSatisfy(row -> assertThat(row.low()).isBetween(1.9, 2.0));
    assertThat(comparison.regressions()).isZero();
    assertThat(compare(b, a).rows())
        .allSatisfy(row -> assertThat(row.ratio()).isCloseTo(0.5, within(1e-9)))
        .allSatisfy(row -> assertThat(row.verdict()).isEqualTo(ComparisonRow.SLOWER));
    assertThat(compare(b, a).regressions()).isEqualTo(2);
  }

  @Test
  void pairsByNameAndParametersAndNamesTheRest() {
    Map<String, Object> small =
        JmhFiles.result("S.m", Map.of("n", "1"), "thrpt", "ops/s", new double[] {1});
    Map<String, Object> large =
        JmhFiles.result("S.m", Map.of("n", "2"), "thrpt", "ops/s", new double[] {3});
    Map<String, Object> other = result("S.other", "thrpt", "ops/s", 1);
    Comparison comparison = compare(folder(small, large), folder(large, other));
    assertThat(comparison.rows()).hasSize(1);
    assertThat(comparison.rows().getFirst().params()).isEqualTo(Map.of("n", "2"));
    assertThat(comparison.rows().getFirst().ratio()).isEqualTo(1);
    assertThat(comparison.onlyInA()).containsExactly("S.m n=1");
    assertThat(comparison.onlyInB()).containsExactly("S.other");
  }

  @Test
  void foldersWithoutACommonBenchmarkAreNotCompared() {
    Results a = folder(result("S.one", "thrpt", "ops/s", 1));
    Results b = folder(result("S.two", "thrpt", "ops/s", 1));
    assertThatThrownBy(() -> compare(a, b))
        .isInstanceOf(LabException.class)
        .hasMessageStartingWith("no common benchmark: " + a.name() + " has 1, " + b.name());
  }

  @ParameterizedTest
  @CsvSource({"1, no verdict: 1 fork", "3, no verdict: 3 forks", "4, no verdict: 4 forks"})
  void fewForksGiveFiguresAndNoVerdict(int forks, String verdict) {
    RandomGenerator random = seeded(1);
    Results a = folder(JmhFiles.noisy("S.m", 100, 0.001, 5, random));
    Results b = folder(JmhFiles.noisy("S.m", 50, 0.001, forks, random));
    Comparison comparison = compare(a, b);
    ComparisonRow row = comparison.rows().getFirst();
    assertThat(row.verdict()).isEqualTo(verdict);
    assertThat(row.ratio()).isCloseTo(0.5, within(0.01));
    assertThat(row.forks()).isEqualTo(forks);
    assertThat(row.p()).isNull();
    assertThat(row.low() == null).isEqualTo(forks == 1);
    assertThat(comparison.regressions()).isZero();
    assertThat(comparison.text())
        .contains(verdict)
        .contains("no verdict from " + Figures.plural(forks, "fork"));
  }

  @Test
  void aSlowDownWithinTheToleranceIsNoRegression() {
    Results a = folder(result("S.m", "thrpt", "ops/s", 100));
    Results b = folder(result("S.m", "thrpt", "ops/s", 97));
    Comparison tolerated = compare(a, b);
    assertThat(tolerated.rows().getFirst().verdict()).isEqualTo(ComparisonRow.SLOWER);
    assertThat(tolerated.regressions()).isZero();
    assertThat(Comparison.of(a, b, 0.02, false).regressions()).isOne();
  }

  @Test
  void withoutAnchorsToCorrectByItIsWelchsTest() {
    RandomGenerator random = seeded(2);
    Results a = folder(JmhFiles.noisy("S.m", 100, 0.02, 5, random));
    Results b = folder(JmhFiles.noisy("S.m", 98, 0.05, 8, random));
    double expected =
        new TTest()
            .tTest(a.benchmarks().getFirst().logSpeeds(), b.benchmarks().getFirst().logSpeeds());
    ComparisonRow row = compare(a, b).rows().getFirst();
    assertThat(row.p()).isCloseTo(expected, within(1e-12));
    assertThat(row.low() < 1 && 1 < row.high()).isEqualTo(expected > 0.05);
  }

  @Test
  void aSlowerMachineIsNotSlowerCode() {
    Results a =
        folder(
            result("RolloutBenchmark.m", "thrpt", "ops/s", 100),
            result("GaeBenchmark.m", "thrpt", "ops/s", 100));
    Anchor slower = new Anchor(18_000, 5);
    Results b =
        folder(
            Machines.epyc(),
            slower,
            slower,
            List.of(
                result("RolloutBenchmark.m", "thrpt", "ops/s", 90),
                result("GaeBenchmark.m", "thrpt", "ops/s", 50)));
    assertThat(compare(a, b).rows())
        .allSatisfy(row -> assertThat(row.ratio()).isCloseTo(1, within(1e-9)))
        .allSatisfy(row -> assertThat(row.verdict()).isEqualTo(ComparisonRow.NO_DIFFERENCE))
        .extracting(ComparisonRow::machineRatio)
        .satisfiesExactly(
            steps -> assertThat(steps).isCloseTo(0.9, within(1e-9)),
            copies -> assertThat(copies).isCloseTo(0.5, within(1e-9)));
  }

  @Test
  void anchorsAloneMakeNoDifference() {
    Results a = folder(result("RolloutBenchmark.m", "thrpt", "ops/s", 100));
    Anchor slower = new Anchor(18_000, 10);
    Results b =
        folder(
            Machines.epyc(),
            slower,
            slower,
            List.of(result("RolloutBenchmark.m", "thrpt", "ops/s", 100)));
    ComparisonRow row = compare(a, b).rows().getFirst();
    assertThat(row.ratio()).isGreaterThan(1.1);
    assertThat(row.verdict()).isEqualTo(ComparisonRow.NO_DIFFERENCE);
    assertThat(row.low()).isLessThan(1);
  }

  @Test
  void aSuiteThatIsGoneIsNotCorrected() {
    Results a = folder(result("GoneBenchmark.copy", "thrpt", "ops/s", 100));
    Anchor slower = new Anchor(18_000, 5);
    Results b =
        folder(
            Machines.epyc(),
            slower,
            slower,
            List.of(result("GoneBenchmark.copy", "thrpt", "ops/s", 90)));
    Comparison comparison = compare(a, b);
    assertThat(comparison.rows().getFirst().machineRatio()).isEqualTo(1);
    assertThat(comparison.warnings())
        .containsExactly("this build has no suite GoneBenchmark: its ratios are not corrected");
  }

  @Test
  void anchorsThatDifferWithinARunAreSaid() {
    Map<String, Object> steps = result("RolloutBenchmark.m", "thrpt", "ops/s", 100);
    Results a = folder(steps);
    Results b = folder(Machines.epyc(), ANCHOR, new Anchor(18_000, 1), List.of(steps));
    assertThat(compare(a, b).warnings())
        .containsExactly(
            b.name()
                + ": the machine changed while it was measured, bare mj_step by 11.1 % between start and end");
    assertThat(Comparison.of(a, b, 0.2, false).warnings()).isEmpty();
    assertThat(compare(a, b).rows().getFirst().low()).isLessThan(0.9);
  }

  @Test
  void otherMachinesAreComparedOnlyIfTold() {
    Map<String, Object> jmh = result("S.m", "thrpt", "ops/s", 1);
    Results a = folder(jmh);
    Results b = folder(Machines.of("Intel", 4, true), ANCHOR, ANCHOR, List.of(jmh));
    assertThatThrownBy(() -> compare(a, b))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of different machines: CPU AMD EPYC and Intel, cores 2 and 4 (");
    assertThat(Comparison.of(a, b, TOLERANCE, true).warnings())
        .containsExactly(
            "different machines: CPU AMD EPYC and Intel, cores 2 and 4",
            b.name() + " is of no commit: tracked files had changed");
  }

  @Test
  void anUnfinishedRunIsRefused() {
    Results a = folder(result("S.m", "thrpt", "ops/s", 1));
    Results b = Results.read(ResultsFolder.create(temp, Machines.epyc()).path());
    assertThatThrownBy(() -> compare(a, b))
        .isInstanceOf(LabException.class)
        .hasMessageStartingWith(b.path() + " has no anchor.json: its run did not end");
  }
}
