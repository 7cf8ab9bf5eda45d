package stride.lab.sweep;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;
import stride.files.OrNull;
import stride.lab.LabException;
import stride.lab.trials.TrialResult;
import stride.lab.trials.TrialWarnings;
import stride.lab.verify.Returns;
import stride.lab.verify.ReturnsComparison;
import stride.lab.verify.Verdict;
import stride.results.Table;
import stride.stats.Holm;
import stride.stats.Interval;
import stride.stats.UncertainMean;

/**
 * What each change alone is worth.
 *
 * @param base the configuration that they are changes of
 * @param rows one a change
 * @param failures trainings that ended early, and why
 * @param warnings what makes the figures doubtful
 */
public record AblationResult(
    Base base, List<AblationRow> rows, List<String> failures, List<String> warnings) {
  /**
   * What the base reached.
   *
   * @param returnMean of the evaluations, over seeds
   * @param returnMeanCi95 its interval, Student's
   * @param returns one a seed, as they count
   * @param failed how many seeds ended early
   * @param key names the folder of its trainings
   */
  public record Base(
      double returnMean,
      @OrNull @JsonProperty("return_mean_ci95") Interval returnMeanCi95,
      List<Double> returns,
      int failed,
      String key) {}

  static AblationResult of(List<Configuration> configurations, List<List<TrialResult>> results) {
    double[][] raw =
        results.stream()
            .map(its -> its.stream().mapToDouble(TrialResult::evaluated).toArray())
            .toArray(double[][]::new);
    double worst = Returns.worst(Returns.lowestSeen(results.stream().flatMap(List::stream)), raw);
    if (Double.isNaN(worst)) {
      throw new LabException("no seed of any configuration has a return");
    }
    double[][] counted =
        Stream.of(raw).map(its -> Returns.counted(its, worst)).toArray(double[][]::new);
    UncertainMean base = UncertainMean.of(counted[0]);
    List<UncertainMean> differences =
        Stream.of(counted).skip(1).map(its -> UncertainMean.of(its).minus(base)).toList();
    double[] adjusted = Holm.adjusted(differences.stream().mapToDouble(UncertainMean::p).toArray());
    List<AblationRow> rows = new ArrayList<>();
    for (int k = 1; k < counted.length; k++) {
      rows.add(
          row(
              configurations.get(k),
              results.get(k),
              counted[k],
              differences.get(k - 1),
              adjusted[k - 1],
              ReturnsComparison.of(counted[0], counted[k], 0, isIdentical(results, k), worst)));
    }
    return new AblationResult(
        new Base(
            base.mean(),
            SweepRow.interval(counted[0]),
            Rung.boxed(counted[0]),
            SweepRow.failed(results.getFirst()),
            results.getFirst().getFirst().key()),
        rows,
        failures(configurations, results),
        TrialWarnings.of(results.stream().flatMap(List::stream).toList()));
  }

  private static AblationRow row(
      Configuration configuration,
      List<TrialResult> results,
      double[] returns,
      UncertainMean difference,
      double adjusted,
      ReturnsComparison comparison) {
    boolean identical = comparison.verdict() == Verdict.IDENTICAL;
    return new AblationRow(
        configuration.options(),
        StatUtils.mean(returns),
        SweepRow.interval(returns),
        Rung.boxed(returns),
        SweepRow.failed(results),
        difference.mean(),
        difference.interval(),
        difference.p(),
        adjusted,
        comparison.probabilityOfImprovement(),
        comparison.probabilityOfImprovementCi95(),
        AblationRow.verdict(identical, difference.mean(), adjusted),
        results.getFirst().key());
  }

  private static boolean isIdentical(List<List<TrialResult>> results, int change) {
    List<TrialResult> base = results.getFirst();
    return IntStream.range(0, base.size())
        .allMatch(seed -> base.get(seed).endsAs(results.get(change).get(seed)));
  }

  private static List<String> failures(
      List<Configuration> configurations, List<List<TrialResult>> results) {
    return IntStream.range(0, configurations.size())
        .boxed()
        .flatMap(k -> TrialResult.failures(configurations.get(k).name(), results.get(k)))
        .toList();
  }

  /** One row a change, below the base. */
  Table table() {
    var table =
        new Table(
            "change",
            "return, mean ± 95 %",
            "difference",
            "95 % interval",
            "probability of improvement",
            "p (Holm)",
            "verdict");
    table.add(
        "base", text(base.returnMean(), base.returnMeanCi95(), base.failed()), "", "", "", "", "");
    for (AblationRow row : rows) {
      table.add(
          Configuration.words(row.options()),
          text(row.returnMean(), row.returnMeanCi95(), row.failed()),
          "%+.1f".formatted(row.difference()),
          "%.1f to %.1f".formatted(row.differenceCi95().low(), row.differenceCi95().high()),
          "%.2f (%.2f to %.2f)"
              .formatted(
                  row.probabilityOfImprovement(),
                  row.probabilityOfImprovementCi95().low(),
                  row.probabilityOfImprovementCi95().high()),
          row.pHolm() < 0.001 ? "<0.001" : "%.3f".formatted(row.pHolm()),
          row.verdict().word().replace('_', ' '));
    }
    return table;
  }

  private static String text(double mean, Interval ci95, int failed) {
    return SweepRow.text(mean, ci95) + (failed > 0 ? " (%d failed)".formatted(failed) : "");
  }
}
