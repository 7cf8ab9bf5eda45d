package stride.lab.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import stride.files.JsonText;
import stride.results.ProfileRow;
import stride.results.Profiles;
import stride.train.TrainProgress;

/** Folders to report on: those that are committed, and made-up ones. */
final class Folders {
  private static final Path COMMITTED =
      Path.of(System.getProperty("stride.home")).resolve("bench-results");

  private Folders() {}

  /** All committed results folders. */
  static List<Path> committed() {
    try (Stream<Path> all = Files.list(COMMITTED)) {
      return all.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A results folder with no more than it must have. */
  static Path results(Path folder) throws IOException {
    write(
        folder.resolve("machine.json"),
        """
        {"schema_version": 1, "cpu": "Some CPU", "cpu_vendor": null, "cpu_family": null,
         "cpu_model": null, "cpu_stepping": null, "cores": 2, "memory_bytes": 17179869184,
         "os": "Linux 6.1", "jdk": "Some JDK 25", "jvm_flags": [], "vector_bits": 256,
         "mujoco": "4.0.0", "gpu": null, "commit": "0123456789abcdef", "dirty": true, "code": null}
        """);
    return folder;
  }

  /** A row of a profile, with intervals of 1 % either way and shares that tests know. */
  static String row(int envs, int threads, Double limit, double rollout, double train) {
    ObjectNode row =
        (ObjectNode) JsonText.tree(Profiles.row(envs, threads, limit, rollout, train, 0.034));
    if (limit != null) {
      row.put("rollout_share", 0.97).put("rollout_share_wall", 0.96);
      row.put("train_share", 0.85).put("train_share_wall", 0.84);
    }
    return row.toString();
  }

  static Path profile(Path folder, String task, String... rows) throws IOException {
    List<ProfileRow> all = new ArrayList<>();
    for (String row : rows) {
      all.add(JsonText.toRecord(JsonText.parse(row), ProfileRow.class));
    }
    Path file = folder.resolve("profile-" + task + ".json");
    write(file, Profiles.json(task, all.toArray(ProfileRow[]::new)));
    return file;
  }

  /** A results folder with a profile of Hopper, named after a day, a machine and a commit. */
  static Path profiled(Path parent) throws IOException {
    Path folder = results(parent.resolve("2026-01-31_some-cpu-2c_0123456"));
    profile(
        folder,
        "Hopper-v5",
        row(1, 2, 22000.5, 21000.25, 18000.75),
        row(64, 2, 44000.0, 43000, 39000),
        row(256, 2, 44100.0, 43500, 39900),
        row(64, 1, 22000.0, 20000, 17000));
    return folder;
  }

  /**
   * What was measured of peers beside a profile of Hopper on two threads: with one, 8, 64 and 256
   * environments, where one of them cannot step one.
   */
  static void peersOverCounts(Path folder) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int envs : new int[] {1, 8, 64, 256}) {
      rows.add(peer("gymnasium-sync", envs, 1, 5000 + envs));
      rows.add(peer("envpool-sync", envs, Math.min(envs, 2), 12000 + 40 * envs));
      if (envs > 1) {
        rows.add(peer("envpool-async", envs, 2, 25000 + 50 * envs));
      }
      rows.add(peer("stride", envs, Math.min(envs, 2), 21000 + 80 * envs));
      rows.add(peer("limit", envs, Math.min(envs, 2), 22000 + 82 * envs));
    }
    write(
        folder.resolve("peers.json"),
        """
        {"schema_version": 1, "settings": {"envs": [1, 8, 64, 256], "threads": 2}, "rows": [%s],
         "left_out": [{"task": "Hopper-v5", "envs": 1, "peer": "envpool-async", "reason": "it takes two"}],
         "train_rows": [{"task": "Hopper-v5", "envs": 1, "steps": 2048, "peer": "stride", "label": "Stride",
           "threads": 2, "env_steps_per_second": 9000, "stride_ratio": 1.0, "update_samples_per_second": 2e6,
           "update_ratio": 1.0, "memory_bytes": 260e6, "first_iteration_seconds": 1.5}],
         "train_left_out": [{"task": "Hopper-v5", "envs": 1, "steps": 2048, "peer": "torch-envpool",
           "label": "PyTorch, EnvPool", "reason": "its threads want more"}],
         "value_rows": [
           {"algo": "dqn", "task": "CartPole-v1", "peer": "stride", "label": "Stride", "threads": 2,
            "env_steps_per_second": 90000, "stride_ratio": 1.0, "last_tenth_ratio": 1.012,
            "update_microseconds": 71.5, "memory_bytes": 120e6, "first_update_seconds": 1.25},
           {"algo": "dqn", "task": "CartPole-v1", "peer": "limit", "label": "the limit", "threads": 2,
            "env_steps_per_second": 360000, "stride_ratio": 0.25, "last_tenth_ratio": null,
            "update_microseconds": null, "memory_bytes": null, "first_update_seconds": null},
           {"algo": "dqn", "task": "CartPole-v1", "peer": "torch-dqn", "label": "PyTorch", "threads": 1,
            "env_steps_per_second": 1500, "stride_ratio": 60.0, "last_tenth_ratio": 0.994,
            "update_microseconds": 3400, "memory_bytes": 720e6, "first_update_seconds": 4.5}],
         "value_left_out": [{"algo": "dqn", "task": "CartPole-v1", "peer": "sbx-dqn", "label": "SBX",
           "reason": "it does not start: no JAX"}],
         "actor_critic_rows": [
           {"algo": "sac", "task": "Hopper-v5", "peer": "stride", "label": "Stride", "threads": 2,
            "env_steps_per_second": 180.4, "stride_ratio": 1.0, "last_tenth_ratio": 1.001,
            "update_microseconds": 5300.2, "memory_bytes": 210e6, "first_update_seconds": 2.5},
           {"algo": "sac", "task": "Hopper-v5", "peer": "limit", "label": "the limit", "threads": 2,
            "env_steps_per_second": 361, "stride_ratio": 0.5, "last_tenth_ratio": null,
            "update_microseconds": null, "memory_bytes": null, "first_update_seconds": null},
           {"algo": "a2c", "task": "CartPole-v1", "peer": "stride", "label": "Stride", "threads": 2,
            "env_steps_per_second": 400000, "stride_ratio": 1.0, "last_tenth_ratio": 1.2,
            "update_microseconds": 61, "memory_bytes": 110e6, "first_update_seconds": 1.75},
           {"algo": "a2c", "task": "CartPole-v1", "peer": "limit", "label": "the limit", "threads": 2,
            "env_steps_per_second": 800000, "stride_ratio": 0.5, "last_tenth_ratio": null,
            "update_microseconds": null, "memory_bytes": null, "first_update_seconds": null}],
         "actor_critic_left_out": [{"algo": "sac", "task": "Hopper-v5", "peer": "torch-sac-compiled",
           "label": "PyTorch compiled", "reason": "no g++ (package g++)"}]}
        """
            .formatted(String.join(",", rows)));
  }

  private static String peer(String name, int envs, int threads, int rate) {
    return """
    {"task": "Hopper-v5", "peer": "%s", "envs": %d, "threads": %d,
     "env_steps_per_second": %d, "stride_ratio": 1.25}
    """
        .formatted(name, envs, threads, rate);
  }

  /** A benchmark of one fork as JMH writes it, which counts rows. */
  static String score(String name, String score, String error) {
    return """
    {"benchmark": "stride.bench.GaeBenchmark.%s", "mode": "thrpt", "params": {"envs": "64"},
     "primaryMetric": {"score": %s, "scoreError": %s, "scoreUnit": "ops/s", "rawData": [[%s]]},
     "secondaryMetrics": {"rows": {"score": 12345678.0, "scoreError": 1000.0, "scoreUnit": "ops/s"}}}
    """
        .formatted(name, score, error, score);
  }

  /** A benchmark of several forks with one iteration each, which counts nothing. */
  static String forks(String name, double... scores) {
    return """
    {"benchmark": "stride.bench.GaeBenchmark.%s", "mode": "thrpt", "params": {"envs": "64"},
     "primaryMetric": {"score": %s, "scoreError": "NaN", "scoreUnit": "ops/s", "rawData": [[%s]]},
     "secondaryMetrics": {}}
    """
        .formatted(
            name,
            scores[0],
            DoubleStream.of(scores).mapToObj(Double::toString).collect(Collectors.joining("],[")));
  }

  /** The same anchors in every folder. */
  static void anchors(Path folder) throws IOException {
    String anchor =
        "{\"mj_steps_per_second\": 20000, \"copy_gigabytes_per_second\": 10, \"load_average\":"
            + " null}";
    write(
        folder.resolve("anchor.json"),
        "{\"schema_version\": 1, \"start\": %s, \"end\": %s}".formatted(anchor, anchor));
  }

  /** A run whose return grows by a slope an iteration of 1000 env steps and 2 s. */
  static Path run(Path folder, String options, int seed, int iterations, double slope)
      throws IOException {
    write(
        folder.resolve("config.json"),
        "{\"schema_version\": 1, \"task\": \"Hopper-v5\", \"seed\": %d, %s}"
            .formatted(seed, options));
    var metrics = new StringBuilder();
    for (int k = 1; k <= iterations; k++) {
      metrics.append(iteration(k, 1000L * k, 2, k * slope)).append('\n');
    }
    write(folder.resolve("metrics.jsonl"), metrics.toString());
    write(folder.resolve("result.json"), "{}"); // that it is there says that the run has finished
    return folder;
  }

  /** A line of metrics.jsonl. */
  private static String iteration(
      long iteration, long envSteps, double seconds, double meanReturn) {
    return JsonText.line(
        new TrainProgress(
            TrainProgress.SCHEMA_VERSION,
            iteration,
            envSteps,
            seconds,
            1000 / seconds,
            meanReturn,
            100.0,
            iteration,
            0,
            new LinkedHashMap<>(Map.of("rollout", seconds)),
            new LinkedHashMap<>()));
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
