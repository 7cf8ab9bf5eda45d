package stride.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.SequencedMap;
import stride.files.OrNull;
import stride.learn.StageRow;

/**
 * What a run has reached, and how fast its last sitting was.
 *
 * @param schemaVersion of this form
 * @param task Gymnasium's name
 * @param algo the algorithm
 * @param seed of the run
 * @param finished whether all iterations are done
 * @param iterations done since the run began
 * @param envSteps done since the run began
 * @param envStepsPerSecond from the sitting's third iteration on, or of all if there were fewer;
 *     null if there was none
 * @param envStepsPerSecondSteady the median over the last half of the sitting's iterations; null if
 *     there was none
 * @param returnMeanLast100 null if no episode has ended
 * @param episodes how many have ended since the run began
 * @param divergences how many of them because the simulation diverged
 * @param seconds wall time of the sitting, without the warm-up
 * @param stageSeconds where that time went, by first-level stage
 * @param stages the same as a table, with inner stages as every sixteenth iteration showed them
 */
public record TrainResult(
    int schemaVersion,
    String task,
    String algo,
    long seed,
    boolean finished,
    long iterations,
    long envSteps,
    @OrNull Double envStepsPerSecond,
    @OrNull Double envStepsPerSecondSteady,
    @OrNull @JsonProperty("return_mean_last_100") Double returnMeanLast100,
    long episodes,
    long divergences,
    double seconds,
    SequencedMap<String, Double> stageSeconds,
    List<StageRow> stages) {
  /** The present form. */
  public static final int SCHEMA_VERSION = 1;
}
