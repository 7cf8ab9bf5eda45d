package stride.lab;

import java.util.ArrayList;
import java.util.List;
import stride.learn.Stage;
import stride.learn.StageClock;

/**
 * One line of a stage table.
 *
 * @param stage name of the stage; inner ones as {@code rollout.physics}
 * @param hits how often it was done, over all threads
 * @param totalSeconds time in it, averaged over threads
 * @param nanosPerHit mean time of one hit
 * @param nanosPerEnvStep thread time per env step
 * @param percent of the wall time
 */
public record StageRow(
    String stage,
    long hits,
    double totalSeconds,
    double nanosPerHit,
    double nanosPerEnvStep,
    double percent) {

  /**
   * The stages inside a rollout, and what is left of its wall time as {@code other}: waiting for
   * the slowest thread, statistics, the clocks themselves.
   *
   * @param clocks one a thread
   * @param wallNanos wall time of the measured rollouts
   * @param envSteps env steps of all threads in that time
   * @return rows whose percentages add up to 100
   */
  public static List<StageRow> ofRollout(List<StageClock> clocks, long wallNanos, long envSteps) {
    List<StageRow> rows = new ArrayList<>();
    long threadNanos = wallNanos * clocks.size();
    long rest = threadNanos;
    for (Stage stage : Stage.values()) {
      if (stage.parent().filter(Stage.ROLLOUT::equals).isEmpty()) {
        continue;
      }
      long nanos = clocks.stream().mapToLong(clock -> clock.nanos(stage)).sum();
      long hits = clocks.stream().mapToLong(clock -> clock.hits(stage)).sum();
      rest -= nanos;
      rows.add(
          row(Stage.ROLLOUT.key() + "." + stage.key(), hits, nanos, clocks, envSteps, threadNanos));
    }
    rows.add(row(Stage.OTHER.key(), 1, rest, clocks, envSteps, threadNanos));
    return rows;
  }

  private static StageRow row(
      String name, long hits, long nanos, List<StageClock> clocks, long envSteps, long all) {
    return new StageRow(
        name,
        hits,
        nanos * 1e-9 / clocks.size(),
        hits == 0 ? 0 : (double) nanos / hits,
        (double) nanos / envSteps,
        100.0 * nanos / all);
  }
}
