package stride.results;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonFormat.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import stride.files.OrNull;
import stride.learn.StageRow;
import stride.stats.Interval;

/**
 * What was measured with one number of environments and threads.
 *
 * @param envs environments
 * @param threads threads; with more of them than environments, one for each environment is used
 * @param numSteps env steps of each environment in an iteration
 * @param iterations measured iterations
 * @param physicsStepsPerSecond the limit: env steps per second of bare mj_step in C over the very
 *     actions and resets of the rollouts, the faster of two forms, mean of the windows; null for
 *     tasks without MuJoCo
 * @param limitForm which form that was
 * @param rolloutStepsPerSecond env steps per second of whole rollouts, policy included, mean of the
 *     windows
 * @param rolloutShare processor time of the limit over that of the rollout, median of paired
 *     iterations; in lock-step a rollout counts as holding all of its threads from beginning to
 *     end, for those of the simulator are not Java's to ask
 * @param rolloutShareWall the same by wall time
 * @param trainStepsPerSecond env steps per second of whole iterations, mean of the windows
 * @param trainShare processor time of the limit over that of the iteration, median of paired
 *     iterations
 * @param trainShareWall the same by wall time
 * @param episodeLengthMean env steps of a finished episode, null if none finished
 * @param windows five or more, in the order in which they were measured
 * @param physicsInterval the limit's 95 % interval by Student's t over the windows; null for tasks
 *     without MuJoCo
 * @param rolloutInterval the same of rollouts
 * @param trainInterval the same of whole iterations
 * @param windowSpread the largest less the smallest of the windows' training rates, over their
 *     median
 * @param latencies how long each piece of work took, by {@link TimedPiece#key}; no update steps
 *     where the backend has no clock in them
 * @param allocatedBytesPerIteration on the Java heap by all threads, replays left out, mean of the
 *     measured iterations
 * @param stages where the time of iterations went
 * @param flopPerEnvStep floating-point operations of inference and updates for one env step, a
 *     fused multiply-add as two; null, as the three that follow, where the algorithm does not count
 *     them or they were not measured
 * @param flopPeak floating-point operations per second that the threads reach together on
 *     registers, the best of short slices between the iterations
 * @param limitStepsPerSecond env steps per second if they took no more than the physics and those
 *     operations at the peak; physics is bare mj_step, or the task's own steps where there is no
 *     MuJoCo
 * @param trainShareOfLimit env steps per second of whole iterations over that
 */
public record ProfileRow(
    int envs,
    int threads,
    int numSteps,
    int iterations,
    @OrNull Double physicsStepsPerSecond,
    @OrNull String limitForm,
    double rolloutStepsPerSecond,
    @OrNull Double rolloutShare,
    @OrNull Double rolloutShareWall,
    double trainStepsPerSecond,
    @OrNull Double trainShare,
    @OrNull Double trainShareWall,
    @OrNull Double episodeLengthMean,
    List<ProfileWindow> windows,
    @OrNull @JsonFormat(shape = Shape.ARRAY) Interval physicsInterval,
    @JsonFormat(shape = Shape.ARRAY) Interval rolloutInterval,
    @JsonFormat(shape = Shape.ARRAY) Interval trainInterval,
    double windowSpread,
    Map<String, Percentiles> latencies,
    double allocatedBytesPerIteration,
    List<StageRow> stages,
    @OrNull Double flopPerEnvStep,
    @OrNull Double flopPeak,
    @OrNull Double limitStepsPerSecond,
    @OrNull Double trainShareOfLimit) {

  /**
   * Checks the counts, and that there is a whole limit or none.
   *
   * @throws IllegalArgumentException if there is no environment or no thread, or some figures of
   *     the limit but not all
   */
  public ProfileRow {
    if (envs < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "envs=%d, threads=%d, required: >= 1".formatted(envs, threads));
    }
    requireAllOrNone(
        "limit",
        physicsStepsPerSecond,
        limitForm,
        rolloutShare,
        rolloutShareWall,
        trainShare,
        trainShareWall,
        physicsInterval);
    requireAllOrNone(
        "limit of arithmetic", flopPerEnvStep, flopPeak, limitStepsPerSecond, trainShareOfLimit);
  }

  private static void requireAllOrNone(String what, Object... figures) {
    List<Object> all = Arrays.asList(figures);
    if (all.contains(null) && all.stream().anyMatch(Objects::nonNull)) {
      throw new IllegalArgumentException("some figures of the " + what + " are null, but not all");
    }
  }

  /** Whether its windows differ too much. */
  public boolean doubtful() {
    return Warnings.isWide(windowSpread);
  }

  /** How far the rollouts' rates of its windows are apart, as a part of their median. */
  double rolloutSpread() {
    return Warnings.spread(
        windows.stream().mapToDouble(ProfileWindow::rolloutStepsPerSecond).toArray());
  }

  /** What tables call it: its name, with a sign if it is doubtful. */
  public String markedName() {
    return Warnings.marked(name(), doubtful());
  }

  /** What to call it: for example {@code 64 x 2}. */
  public String name() {
    return envs + " x " + threads;
  }
}
