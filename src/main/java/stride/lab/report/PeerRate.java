package stride.lab.report;

import java.util.List;
import stride.files.JsonObject;

/**
 * What another program's environments alone gave, by peers.json.
 *
 * @param task Gymnasium's name
 * @param name what it is called; {@code stride} and {@code limit} ran beside it
 * @param envs environments
 * @param threads threads that it used
 * @param besideThreads threads that Stride used in the same run
 * @param stepsPerSecond env steps per second
 * @param ratio how many times as fast Stride was, in turn with it
 */
record PeerRate(
    String task,
    String name,
    int envs,
    int threads,
    int besideThreads,
    double stepsPerSecond,
    Double ratio) {
  static final String STRIDE = "stride";
  static final String LIMIT = "limit";

  static List<PeerRate> of(JsonObject peers) {
    return peers.list("rows").stream().map(row -> of(row, peers.part("settings"))).toList();
  }

  private static PeerRate of(JsonObject row, JsonObject settings) {
    return new PeerRate(
        row.text("task"),
        row.text("peer"),
        (row.has("envs") ? row : settings).count("envs"),
        row.count("threads"),
        settings.count("threads"),
        row.number("env_steps_per_second"),
        row.numberOrNull("stride_ratio"));
  }

  /** Whether it belongs into the picture of a task and a number of threads. */
  boolean isBeside(String pictured, int pictureThreads) {
    return task.equals(pictured) && besideThreads == pictureThreads && !isOurs();
  }

  private boolean isOurs() {
    return name.equals(STRIDE) || name.equals(LIMIT);
  }
}
