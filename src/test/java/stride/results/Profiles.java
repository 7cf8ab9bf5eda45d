package stride.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stride.files.JsonText;
import stride.learn.StageRow;
import stride.stats.Interval;

/** Profiles that nobody measured. */
public final class Profiles {
  private Profiles() {}

  /** Of 1, 8 and 64 environments on one and two threads; the windows of each row are as wide. */
  public static ProfileResult of(String task, double spread) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int envs : new int[] {1, 8, 64}) {
      for (int threads : new int[] {1, 2}) {
        rows.add(row(envs, threads, spread));
      }
    }
    var result =
        new ProfileResult(
            1, task, 1, "cpu", "sharded", "cpu", null, rows, Knee.ofRows(rows), List.of());
    return result.withDoubts(Warnings.ofSpreads(result.spreads()));
  }

  /** As a file has it, with a margin of 1 % around each rate. */
  public static String json(String task, ProfileRow... rows) {
    var all = List.of(rows);
    return JsonText.file(
        new ProfileResult(
            1, task, 1, "cpu", "sharded", "cpu", null, all, Knee.ofRows(all), List.of()));
  }

  static ProfileRow row(int envs, int threads, double spread) {
    double limit = 123_456.7 * threads;
    return row(envs, threads, limit, 0.98 * limit, 0.88 * limit, spread);
  }

  /**
   * A row whose shares are those of its rates.
   *
   * @param limit null for none
   */
  public static ProfileRow row(
      int envs, int threads, Double limit, double rollout, double train, double spread) {
    List<ProfileWindow> windows = new ArrayList<>();
    for (double part : new double[] {1, 1 - spread / 2, 1 + spread / 2}) {
      windows.add(new ProfileWindow(limit, rollout * part, train * part));
    }
    return new ProfileRow(
        envs,
        threads,
        128,
        20,
        limit,
        limit == null ? null : "hot",
        rollout,
        share(rollout, limit),
        share(rollout, limit),
        train,
        share(train, limit),
        share(train, limit),
        100.0,
        windows,
        limit == null ? null : around(limit),
        around(rollout),
        around(train),
        spread,
        Map.of("rollout", new Percentiles(20, 1, 2.0, null, null, 5)),
        1024,
        List.of(
            stage("rollout", 90.0),
            stage("rollout.physics", 85.5),
            stage("rollout.policy", 4.25),
            stage("rollout.reset", 0.25),
            stage("update", 10.0)),
        null,
        null,
        null,
        null);
  }

  private static Double share(double rate, Double limit) {
    return limit == null ? null : (Double) (rate / limit);
  }

  private static Interval around(double rate) {
    return new Interval(0.99 * rate, 1.01 * rate);
  }

  private static StageRow stage(String name, double percent) {
    return new StageRow(name, 100, percent / 10, percent * 1e6, percent * 100, percent);
  }
}
