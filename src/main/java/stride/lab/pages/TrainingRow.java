package stride.lab.pages;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import stride.files.JsonObject;
import stride.results.Results;

/**
 * Training end to end by one program, measured in turn with the others of its size.
 *
 * @param task name of the task
 * @param envs environments
 * @param steps steps of each environment in an iteration
 * @param program what kind of program
 * @param label the program in words
 * @param threads threads that the program computes with
 * @param rate env steps per second
 * @param share fraction of the limit that was measured in the same turns; null if none was
 * @param ratio how many times as fast as this program Stride is; null if unknown
 * @param updateRate samples per second of updates alone; null for programs without updates
 * @param updateRatio how many times as fast Stride's updates are; null likewise
 * @param memoryBytes largest resident memory; null if not measured
 * @param firstSeconds from the start of the process to the end of the first iteration; null
 *     likewise
 */
record TrainingRow(
    String task,
    int envs,
    int steps,
    Program program,
    String label,
    int threads,
    double rate,
    Double share,
    Double ratio,
    Double updateRate,
    Double updateRatio,
    Double memoryBytes,
    Double firstSeconds) {

  /** Reads the trainings of a folder's peers.json; none if there are none. */
  static List<TrainingRow> read(Results results) {
    List<JsonObject> rows =
        results.peers().map(file -> file.listIfAny("train_rows")).orElse(List.of());
    Map<String, Double> limits = new TreeMap<>();
    for (JsonObject row : rows) {
      if (row.text("peer").equals("limit")) {
        limits.put(key(row), row.number("env_steps_per_second"));
      }
    }
    return rows.stream().map(row -> of(row, limits.get(key(row)))).toList();
  }

  private static TrainingRow of(JsonObject row, Double limit) {
    double rate = row.number("env_steps_per_second");
    return new TrainingRow(
        row.text("task"),
        row.count("envs"),
        row.count("steps"),
        Program.of(row.text("peer")),
        row.text("label"),
        row.count("threads"),
        rate,
        limit == null ? null : rate / limit,
        row.numberOrNull("stride_ratio"),
        row.numberOrNull("update_samples_per_second"),
        row.numberOrNull("update_ratio"),
        row.numberOrNull("memory_bytes"),
        row.numberOrNull("first_iteration_seconds"));
  }

  private static String key(JsonObject row) {
    return "%s %d %d".formatted(row.text("task"), row.count("envs"), row.count("steps"));
  }

  /** Environments and steps, for example {@code 64 x 128}. */
  String size() {
    return "%d x %d".formatted(envs, steps);
  }

  boolean isBeside(TrainingRow other) {
    return task.equals(other.task) && size().equals(other.size());
  }

  /** How many trainings run at once on so many cores; EnvPool's own threads take all of them. */
  int atOnce(int cores) {
    return label.contains("EnvPool") ? 1 : Math.max(1, cores / threads);
  }
}
