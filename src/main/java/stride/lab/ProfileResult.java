package stride.lab;

import java.util.List;

/**
 * A profile of one task over environment counts.
 *
 * @param schemaVersion version of this form
 * @param task Gymnasium's name
 * @param seed of environments, parameters and actions
 * @param backend what computed the policy
 * @param firstStepSeconds from the start of the JVM to the first env step, null if not measured
 * @param rows one for each number of environments and threads
 * @param knee one for each number of threads: from where on more environments gain little
 */
public record ProfileResult(
    int schemaVersion,
    String task,
    long seed,
    String backend,
    Double firstStepSeconds,
    List<ProfileRow> rows,
    List<Knee> knee) {

  /**
   * The table of rates and shares.
   *
   * @return one row for each measurement
   */
  public Table rates() {
    var table =
        new Table(
            "envs x threads",
            "limit steps/s",
            "rollout steps/s",
            "share",
            "(wall)",
            "train steps/s",
            "share",
            "(wall)",
            "step p50 us",
            "p99 us",
            "max us");
    for (ProfileRow row : rows) {
      table.add(
          row.envs() + " x " + row.threads(),
          rate(row.physicsStepsPerSecond()),
          rate(row.rolloutStepsPerSecond()),
          share(row.rolloutShare()),
          share(row.rolloutShareWall()),
          rate(row.trainStepsPerSecond()),
          share(row.trainShare()),
          share(row.trainShareWall()),
          "%.0f".formatted(row.stepMicros().p50()),
          "%.0f".formatted(row.stepMicros().p99()),
          "%.0f".formatted(row.stepMicros().max()));
    }
    return table;
  }

  private static String rate(Double stepsPerSecond) {
    return stepsPerSecond == null ? "-" : "%.0f".formatted(stepsPerSecond);
  }

  private static String share(Double share) {
    return share == null ? "-" : "%.1f %%".formatted(100 * share);
  }
}
