package stride.lab.trials;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import stride.files.OrNull;
import stride.lab.process.Origin;

/**
 * What became of a trial: its trial.json.
 *
 * @param schemaVersion of this form
 * @param key of configuration and code
 * @param origin of the result
 * @param task Gymnasium's name
 * @param seed of the run
 * @param jobs how many trainings there were at once
 * @param threads that it was trained with
 * @param warmUpSeconds how long its code was given to compile before its clock started
 * @param failed why it ended early or could not be judged, null if it did not
 * @param envSteps done by the last checkpoint
 * @param turns names the trials that it was trained in turn with, by the time in UTC when they
 *     began: only with theirs does its speed compare
 * @param envStepsPerSecondSteady the median over the last half of the iterations; null where it
 *     failed, or was interrupted
 * @param returnMeanLast100 of training, by the last checkpoint; null if no episode had ended
 * @param returnMeanLowest the lowest such mean of the run: about what a policy reaches that has
 *     learnt nothing; null likewise
 * @param evaluation episodes with the final checkpoint in a fresh process; null where it failed
 * @param parametersSha256 of the last checkpoint's parameters
 * @param seconds of training, of all sittings
 * @param wallSeconds of the last sitting's processes, their starts and the evaluation included
 */
public record TrialResult(
    int schemaVersion,
    String key,
    Origin origin,
    String task,
    long seed,
    int jobs,
    int threads,
    double warmUpSeconds,
    @OrNull String failed,
    long envSteps,
    String turns,
    @OrNull Double envStepsPerSecondSteady,
    @OrNull @JsonProperty("return_mean_last_100") Double returnMeanLast100,
    @OrNull Double returnMeanLowest,
    @OrNull Played evaluation,
    @JsonProperty("parameters_sha256") String parametersSha256,
    double seconds,
    double wallSeconds) {
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T.*");

  /**
   * Checks what is cut into parts later.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public TrialResult {
    if (!TIME.matcher(turns).matches()) {
      throw new IllegalArgumentException(
          "turns=%.40s, required: a time such as 2026-01-31T12:00:00Z".formatted(turns));
    }
  }

  /** The present form. */
  public static final int SCHEMA_VERSION = 1;

  /**
   * Episodes that were played.
   *
   * @param episodes how many, dealt evenly to environments
   * @param deterministic whether the most likely action was taken instead of a drawn one
   * @param seed of the episodes
   * @param returnMean mean of the undiscounted returns
   * @param returnStd their standard deviation; null for one episode
   */
  public record Played(
      int episodes,
      boolean deterministic,
      long seed,
      double returnMean,
      @OrNull Double returnStd) {}

  /**
   * The return that counts: that of the evaluation. A seed that failed counts with its training's
   * last, and NaN where there is none.
   *
   * @return mean over episodes
   */
  public double evaluated() {
    return evaluation != null ? evaluation.returnMean() : trained();
  }

  /** The day on which it was trained, in UTC: year-month-day. */
  public String day() {
    return turns.substring(0, "2026-01-31".length());
  }

  /** Whether it was trained as these settings say, so that its speed is one of theirs. */
  boolean isAsFastAs(TrialSettings settings) {
    return jobs == settings.jobs()
        && threads == settings.threads()
        && warmUpSeconds == settings.warmUpSeconds();
  }

  /** The same, its speed unknown. */
  TrialResult withoutSpeed() {
    return new TrialResult(
        schemaVersion,
        key,
        origin,
        task,
        seed,
        jobs,
        threads,
        warmUpSeconds,
        failed,
        envSteps,
        turns,
        null,
        returnMeanLast100,
        returnMeanLowest,
        evaluation,
        parametersSha256,
        seconds,
        wallSeconds);
  }

  /**
   * Whether another training ended in the same bits, and in the same way.
   *
   * @param other of the same seed
   * @return false if a parameter or the reason of a failure differs
   */
  public boolean endsAs(TrialResult other) {
    return parametersSha256.equals(other.parametersSha256) && Objects.equals(failed, other.failed);
  }

  /**
   * Those that ended early, and why.
   *
   * @param name of what was trained
   * @param results one a seed
   * @return a line each
   */
  public static Stream<String> failures(String name, List<TrialResult> results) {
    return results.stream()
        .filter(result -> result.failed != null)
        .map(result -> "%s, seed %d: %s".formatted(name, result.seed, result.failed));
  }

  /**
   * The mean return of training's last 100 episodes; NaN if none had ended by the last checkpoint.
   */
  public double trained() {
    return returnMeanLast100 == null ? Double.NaN : returnMeanLast100;
  }
}
