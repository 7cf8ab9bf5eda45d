package stride.lab.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stride.files.JsonObject;
import stride.results.Results;

/**
 * Rates of one task with one number of environments and threads, in env steps per second.
 *
 * @param task name of the task
 * @param envs environments
 * @param threads threads, no more than environments
 * @param limit bare mj_step in C; null for tasks without MuJoCo
 * @param rollout rollouts, policy included
 * @param rolloutShare fraction of the limit, by processor time; null without a limit
 * @param train whole iterations; null if not measured
 * @param trainShare fraction of the limit, by processor time; null without a limit
 * @param envpool EnvPool's environments alone, the faster of its modes; null if not measured
 * @param gymnasium Gymnasium's environments alone; null if not measured
 */
record RateRow(
    String task,
    int envs,
    int threads,
    Double limit,
    double rollout,
    Double rolloutShare,
    Double train,
    Double trainShare,
    Double envpool,
    Double gymnasium) {

  /** Reads the profiles of a folder, and what its peers.json has for the same sizes. */
  static List<RateRow> read(Results results) {
    Map<String, Double> peers = new TreeMap<>();
    results.peers().ifPresent(file -> addPeers(file, peers));
    List<RateRow> rows = new ArrayList<>();
    for (JsonObject profile : results.profiles()) {
      for (JsonObject row : profile.list("rows")) {
        // a thread without an environment has nothing to do: that is the row of fewer threads
        if (row.count("threads") <= row.count("envs")) {
          rows.add(of(profile.text("task"), row, peers));
        }
      }
    }
    return rows;
  }

  private static RateRow of(String task, JsonObject row, Map<String, Double> peers) {
    int envs = row.count("envs");
    int threads = row.count("threads");
    return new RateRow(
        task,
        envs,
        threads,
        row.numberOrNull("physics_steps_per_second"),
        row.number("rollout_steps_per_second"),
        row.numberOrNull("rollout_share"),
        row.numberIfAny("train_steps_per_second"),
        row.numberOrNull("train_share"),
        peers.get(key(task, envs, threads, "envpool")),
        peers.get(key(task, envs, threads, "gymnasium")));
  }

  private static void addPeers(JsonObject file, Map<String, Double> peers) {
    JsonObject settings = file.part("settings");
    for (JsonObject row : file.list("rows")) {
      int envs = (row.has("envs") ? row : settings).count("envs");
      int threads = Math.min(envs, settings.count("threads"));
      String peer = row.text("peer").replaceAll("-.*", ""); // envpool-sync and envpool-async
      peers.merge(
          key(row.text("task"), envs, threads, peer),
          row.number("env_steps_per_second"),
          Math::max);
    }
  }

  private static String key(String task, int envs, int threads, String peer) {
    return "%s %d %d %s".formatted(task, envs, threads, peer);
  }
}
