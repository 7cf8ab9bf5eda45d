package stride.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.results.Anchor;
import stride.results.AnchorKind;
import stride.results.Anchors;
import stride.results.JmhResult;

/**
 * How often do two folders of the same code differ, and how often is a slow-down found?
 *
 * <p>Whole comparisons of {@value #BENCHMARKS} benchmarks are simulated with seeded noise between
 * forks. The share of comparisons with any false verdict may be 5 % and three standard errors of
 * such a share.
 */
class FalseAlarmTest {
  private static final int COMPARISONS = 1000;
  private static final int BENCHMARKS = 8;
  private static final double LEVEL = 0.05;
  private static final double MOST = LEVEL + 3 * Math.sqrt(LEVEL * (1 - LEVEL) / COMPARISONS);

  /** One run of the code. */
  private record Run(List<JmhResult> results, Anchors anchors) {
    List<ComparisonRow> against(Run a) {
      return Comparison.rows(a.results, a.anchors, results, anchors, _ -> AnchorKind.STEPS);
    }
  }

  /** Forks around 100 ops/s, but for the first benchmark. */
  private static Run run(
      double first, double noise, double anchorNoise, double machine, RandomGenerator random) {
    List<JmhResult> results = new ArrayList<>();
    for (int k = 0; k < BENCHMARKS; k++) {
      List<List<Double>> forks = new ArrayList<>();
      for (int fork = 0; fork < 5; fork++) {
        double mean = machine * (k == 0 ? first : 100);
        forks.add(List.of(mean * Math.exp(noise * random.nextGaussian())));
      }
      results.add(
          new JmhResult(
              Path.of("jmh-S.json"),
              "RolloutBenchmark.m" + k,
              Map.of(),
              "thrpt",
              "ops/s",
              100,
              Double.NaN,
              forks,
              Map.of()));
    }
    Anchor start = anchor(machine, anchorNoise, random);
    return new Run(results, new Anchors(1, start, anchor(machine, anchorNoise, random)));
  }

  private static Anchor anchor(double machine, double noise, RandomGenerator random) {
    return new Anchor(20_000 * machine * Math.exp(noise * random.nextGaussian()), 10);
  }

  private static boolean differs(ComparisonRow row) {
    return row.verdict().equals(ComparisonRow.FASTER) || row.verdict().equals(ComparisonRow.SLOWER);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.02, 0, 1", // noise of forks alone
    "2, 0.02, 0.01, 1", // anchors that are as uncertain as the forks' mean
    "3, 0.002, 0.02, 1", // anchors that are much worse than the forks
    "4, 0.02, 0, 0.8", // a slower machine, and anchors that say so
    "5, 0.02, 0.01, 0.8",
  })
  void equalFoldersDifferNoMoreOftenThanSaid(
      long seed, double noise, double anchorNoise, double machine) {
    RandomGenerator random = new SplittableRandom(seed);
    int alarms = 0;
    int outside = 0;
    for (int k = 0; k < COMPARISONS; k++) {
      Run a = run(100, noise, anchorNoise, 1, random);
      List<ComparisonRow> rows = run(100, noise, anchorNoise, machine, random).against(a);
      alarms += rows.stream().anyMatch(FalseAlarmTest::differs) ? 1 : 0;
      ComparisonRow row = rows.getFirst();
      outside += row.low() > 1 || row.high() < 1 ? 1 : 0;
    }
    System.out.printf(
        "seed %d: %.1f %% of comparisons with a false verdict, %.1f %% of intervals without 1%n",
        seed, 100.0 * alarms / COMPARISONS, 100.0 * outside / COMPARISONS);
    assertThat((double) alarms / COMPARISONS).isLessThanOrEqualTo(MOST);
    assertThat((double) outside / COMPARISONS).isLessThanOrEqualTo(MOST);
  }

  @Test
  void aSlowDownOfTenPercentIsFoundWithFiveForks() {
    RandomGenerator random = new SplittableRandom(7);
    int found = 0;
    for (int k = 0; k < 200; k++) {
      Run a = run(100, 0.02, 0.002, 1, random);
      ComparisonRow row = run(90, 0.02, 0.002, 1, random).against(a).getFirst();
      found += row.isRegression(0.05) ? 1 : 0;
    }
    assertThat(found).isGreaterThanOrEqualTo(190);
  }
}
