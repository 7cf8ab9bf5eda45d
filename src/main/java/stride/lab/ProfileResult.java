package stride.lab;

import java.util.List;
import java.util.Locale;

/**
 * A profile of one task over environment counts.
 *
 * @param schemaVersion version of this form
 * @param task Gymnasium's name
 * @param seed of environments, parameters and actions
 * @param backend what computed
 * @param stepping how environments were stepped: sharded or lockstep
 * @param policyDevice where actions were drawn: cpu or cuda
 * @param firstStepSeconds from the start of the JVM to the first env step, null if not measured
 * @param rows one for each number of environments and threads
 * @param knee one for each number of threads: from where on more environments gain little
 */
public record ProfileResult(
    int schemaVersion,
    String task,
    long seed,
    String backend,
    String stepping,
    String policyDevice,
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
            "spread",
            "B/iteration");
    for (ProfileRow row : rows) {
      table.add(
          row.name(),
          rate(row.physicsStepsPerSecond(), row.physicsInterval()),
          rate(row.rolloutStepsPerSecond(), row.rolloutInterval()),
          percent(row.rolloutShare()),
          percent(row.rolloutShareWall()),
          rate(row.trainStepsPerSecond(), row.trainInterval()),
          percent(row.trainShare()),
          percent(row.trainShareWall()),
          percent(row.windowSpread()),
          whole(row.allocatedBytesPerIteration()));
    }
    return table;
  }

  /**
   * The table of latencies, in microseconds.
   *
   * @return one row for each measurement and piece of work
   */
  public Table latencies() {
    var table = new Table("envs x threads, us", "of", "count", "p50", "p90", "p99", "p99.9", "max");
    for (ProfileRow row : rows) {
      row.latencies()
          .forEach(
              (stage, micros) ->
                  table.add(
                      row.name(),
                      stage,
                      Long.toString(micros.count()),
                      tenths(micros.p50()),
                      tenths(micros.p90()),
                      tenths(micros.p99()),
                      tenths(micros.p999()),
                      tenths(micros.max())));
    }
    return table;
  }

  private static String rate(Double stepsPerSecond, List<Double> interval) {
    if (stepsPerSecond == null) {
      return "-";
    }
    return whole(stepsPerSecond) + " ± " + whole((interval.getLast() - interval.getFirst()) / 2);
  }

  private static String percent(Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String tenths(double micros) {
    return String.format(Locale.ROOT, "%.1f", micros);
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }
}
