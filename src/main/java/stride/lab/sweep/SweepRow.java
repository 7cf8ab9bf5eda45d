package stride.lab.sweep;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SortedMap;
import stride.files.OrNull;
import stride.files.ValuesOrNull;
import stride.lab.trials.TrialResult;
import stride.stats.Interval;
import stride.stats.UncertainMean;

/**
 * What a configuration reached on the last rung that it came to.
 *
 * @param rank 1 for the best; those of a later rung come before those of an earlier one
 * @param configuration its number; 1 is the base
 * @param totalTimesteps env steps of each training
 * @param returnMean of the evaluations, over seeds
 * @param returnMeanCi95 its interval, Student's; null for one seed
 * @param returns one a seed, as they count
 * @param failed how many seeds ended early
 * @param envStepsPerSecondSteady of a training, the mean over seeds; null if none is known
 * @param options that differ from the base's
 * @param key names the folder of its trainings
 */
public record SweepRow(
    int rank,
    int configuration,
    long totalTimesteps,
    double returnMean,
    @OrNull @JsonProperty("return_mean_ci95") Interval returnMeanCi95,
    List<Double> returns,
    int failed,
    @OrNull Double envStepsPerSecondSteady,
    @ValuesOrNull SortedMap<String, JsonNode> options,
    String key) {
  static SweepRow of(SweepPlan plan, Rung rung, int rank, Rung.Scored scored) {
    List<TrialResult> results = scored.entry().results();
    Configuration configuration = scored.entry().configuration();
    return new SweepRow(
        rank,
        configuration.number(),
        plan.rungs().envSteps(rung.index()),
        scored.mean(),
        interval(scored.values()),
        scored.returns(),
        failed(results),
        rate(results),
        configuration.options(),
        results.getFirst().key());
  }

  static Interval interval(double[] returns) {
    return returns.length < 2 ? null : UncertainMean.of(returns).interval();
  }

  static int failed(List<TrialResult> results) {
    return (int) results.stream().filter(result -> result.failed() != null).count();
  }

  private static Double rate(List<TrialResult> results) {
    OptionalDouble mean =
        results.stream()
            .map(TrialResult::envStepsPerSecondSteady)
            .filter(Objects::nonNull)
            .mapToDouble(rate -> rate)
            .average();
    return mean.isPresent() ? (Double) mean.getAsDouble() : null;
  }

  boolean isBase() {
    return configuration == Configuration.BASE;
  }

  /** For tables: mean ± half of the interval. */
  String returnText() {
    return text(returnMean, returnMeanCi95);
  }

  static String text(double mean, Interval ci95) {
    return ci95 == null ? "%.1f".formatted(mean) : "%.1f ± %.1f".formatted(mean, ci95.half());
  }
}
