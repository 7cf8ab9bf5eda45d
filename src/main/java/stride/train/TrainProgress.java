package stride.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.SequencedMap;
import stride.files.OrNull;
import stride.files.ValuesOrNull;

/**
 * One iteration: a line of metrics.jsonl, and what a listener is told.
 *
 * @param schemaVersion of this form
 * @param iteration the first is 1
 * @param envSteps done since the run began
 * @param seconds wall time from the end of the iteration before
 * @param envStepsPerSecond of this iteration alone
 * @param returnMeanLast100 null if no episode has ended
 * @param lengthMeanLast100 env steps; null if no episode has ended
 * @param episodes how many have ended since the run began
 * @param divergences how many of them because the simulation diverged
 * @param stageSeconds where the time went, by first-level stage
 * @param diagnostics by CleanRL's tags; null where not finite
 */
public record TrainProgress(
    int schemaVersion,
    long iteration,
    long envSteps,
    double seconds,
    double envStepsPerSecond,
    @OrNull @JsonProperty("return_mean_last_100") Double returnMeanLast100,
    @OrNull @JsonProperty("length_mean_last_100") Double lengthMeanLast100,
    long episodes,
    long divergences,
    SequencedMap<String, Double> stageSeconds,
    @ValuesOrNull SequencedMap<String, Double> diagnostics) {
  /** The present form. */
  public static final int SCHEMA_VERSION = 1;
}
