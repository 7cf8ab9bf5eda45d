package stride.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  static ProfileRow row(int envs, int threads, double spread) {
    double limit = 123_456.7 * threads;
    var interval = new Interval(0.8 * limit, 1.2 * limit);
    return new ProfileRow(
        envs,
        threads,
        128,
        20,
        limit,
        "hot",
        0.98 * limit,
        0.98,
        0.97,
        0.88 * limit,
        0.88,
        0.87,
        100.0,
        windows(limit, spread),
        interval,
        interval,
        interval,
        spread,
        Map.of("rollout", new Percentiles(20, 1, 2.0, null, null, 5)),
        1024,
        List.of(new StageRow("rollout.physics", 100, 8, 8e7, 2e4, 76)));
  }

  private static List<ProfileWindow> windows(double limit, double spread) {
    List<ProfileWindow> windows = new ArrayList<>();
    for (double rate : new double[] {limit, (1 - spread / 2) * limit, (1 + spread / 2) * limit}) {
      windows.add(new ProfileWindow(limit, 0.98 * rate, 0.88 * rate));
    }
    return windows;
  }
}
