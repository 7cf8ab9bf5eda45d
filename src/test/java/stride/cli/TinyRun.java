package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stride.train.CheckpointStore;

/** Runs of {@link TinyAlgorithm}s. */
final class TinyRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyRun() {}

  /** What begins a run of some iterations of PPO. */
  static List<String> begin(Path run, int iterations, String... more) {
    return begin(TinyAlgorithm.PPO, run, iterations, more);
  }

  static List<String> begin(TinyAlgorithm algorithm, Path run, int iterations, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--run-dir", run.toString()));
    if (!List.of(more).contains("--config")) {
      args.add("CartPole-v1");
    }
    args.addAll(algorithm.options());
    int envSteps = algorithm.envSteps() * iterations;
    args.addAll(List.of("--total-timesteps", Integer.toString(envSteps)));
    args.addAll(List.of("--threads", "1", "--warm-up", "0"));
    args.addAll(List.of(more));
    return args;
  }

  static List<String> resume(Path run) {
    return List.of("train", "--resume", run.toString(), "--threads", "1", "--warm-up", "0");
  }

  static Outcome in(List<String> args) {
    return Outcome.of(args.toArray(String[]::new));
  }

  /** Begins and finishes a run in this JVM. */
  static Path whole(Path run, int iterations, String... more) {
    return whole(TinyAlgorithm.PPO, run, iterations, more);
  }

  static Path whole(TinyAlgorithm algorithm, Path run, int iterations, String... more) {
    Outcome outcome = in(begin(algorithm, run, iterations, more));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return run;
  }

  /** A copy that was killed before its last checkpoint was written. */
  static Path unfinished(Path whole, Path copy) throws IOException {
    copy(whole, copy);
    Files.delete(CheckpointStore.of(copy).newest());
    Files.delete(copy.resolve("result.json"));
    return copy;
  }

  static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  /** All that a run has saved, by name; the lock says nothing but who was here last. */
  static Map<String, byte[]> saved(Path run) throws IOException {
    Map<String, byte[]> saved = new HashMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("lock")) {
          saved.put(run.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
    }
    return saved;
  }

  static void assertUnchanged(Path run, Map<String, byte[]> before) throws IOException {
    Map<String, byte[]> after = saved(run);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
  }

  /** The same final and best state and rows, and every iteration logged once, the same way. */
  static void assertSameRun(Path run, Path expected) throws IOException {
    assertThat(CheckpointStore.of(run).newest())
        .hasSameBinaryContentAs(CheckpointStore.of(expected).newest());
    assertThat(CheckpointStore.of(run).best().orElseThrow())
        .hasSameBinaryContentAs(CheckpointStore.of(expected).best().orElseThrow());
    List<JsonNode> metrics = metrics(run);
    assertThat(metrics)
        .extracting(line -> line.get("iteration").intValue())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, metrics.size()).boxed().toList());
    assertThat(metrics)
        .extracting(line -> line.get("diagnostics"))
        .containsExactlyElementsOf(
            metrics(expected).stream().map(line -> line.get("diagnostics")).toList());
    Map<String, byte[]> rows = rows(run);
    rows(expected).forEach((name, bytes) -> assertThat(rows.get(name)).as(name).isEqualTo(bytes));
    assertThat(rows.keySet()).isEqualTo(rows(expected).keySet());
    assertThat(saved(run).keySet()).noneMatch(name -> name.endsWith(".part"));
  }

  /** Files of a journal, but for those that were set aside as damaged. */
  private static Map<String, byte[]> rows(Path run) throws IOException {
    Map<String, byte[]> rows = saved(run);
    rows.keySet().removeIf(name -> !name.matches("replay/.*\\.safetensors"));
    return rows;
  }

  private static List<JsonNode> metrics(Path run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
