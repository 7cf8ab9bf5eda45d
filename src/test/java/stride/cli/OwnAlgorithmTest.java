package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.JsonText;
import stride.randomsearch.RandomSearch;

/**
 * The real commands with an algorithm that Stride does not have: a package, a preset and a line in
 * the list are all that it takes.
 */
class OwnAlgorithmTest {
  private static final Path SOURCES = Path.of("src/test/java/stride/randomsearch");
  private static final int MOST_LINES = 150;

  @TempDir Path temp;
  private Path list;

  @BeforeEach
  void register() throws IOException {
    list = temp.resolve("list");
    write("META-INF/services/stride.algo.Algorithm", RandomSearch.class.getName());
    Path options = Path.of("META-INF/stride/options/stride/randomsearch/RandomSearchOptions.java");
    write(options.toString(), Files.readString(SOURCES.resolve(options.getFileName())));
    write(
        "presets/random_search/default.json",
        "{\"num_envs\": 4, \"num_steps\": 256, \"total_timesteps\": 65536, \"sigma\": 0.5}");
  }

  private void write(String name, String text) throws IOException {
    Path file = list.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Outcome stride(String... args) throws IOException, InterruptedException {
    return Outcome.of(process(args), temp);
  }

  private ProcessBuilder process(String... args) {
    List<String> command = StrideProcess.command(StrideProcess.quickFlags(), List.of(args));
    int classPath = command.indexOf("-cp") + 1;
    command.set(classPath, list + File.pathSeparator + command.get(classPath));
    return StrideProcess.builder(command, temp);
  }

  private Outcome done(String... args) throws IOException, InterruptedException {
    Outcome outcome = stride(args);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return outcome;
  }

  private Outcome train(Path run, String... more) throws IOException, InterruptedException {
    List<String> args =
        new ArrayList<>(List.of("train", "CartPole-v1", "--algo", "random_search", "--json"));
    args.addAll(List.of("--threads", "1", "--warm-up", "0", "--run-dir", run.toString()));
    args.addAll(List.of(more));
    return stride(args.toArray(String[]::new));
  }

  @Test
  void isSmall() throws IOException {
    long lines = 0;
    try (Stream<Path> files = Files.list(SOURCES)) {
      for (Path file : files.toList()) {
        lines +=
            Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.matches("(import|package) .*"))
                .count();
      }
    }
    assertThat(lines).isLessThan(MOST_LINES);
  }

  @Test
  void trainsResumesAndPlays() throws IOException, InterruptedException {
    Path run = temp.resolve("run");
    JsonNode result = train(run).json();
    assertThat(result.get("algo").textValue()).isEqualTo("random_search");
    assertThat(result.get("env_steps").intValue()).isEqualTo(65536);
    JsonNode stages = result.get("stage_seconds");
    assertThat(stages.fieldNames()).toIterable().containsExactly("rollout", "update", "other");

    Path killed = TinyRun.unfinished(run, temp.resolve("killed"));
    done("train", "--resume", killed.toString(), "--threads", "2", "--warm-up", "0");
    TinyRun.assertSameRun(killed, run);

    JsonNode played = done("eval", run.toString(), "--episodes", "20", "--json").json();
    assertThat(played.get("return_mean").doubleValue()).as("20 untrained").isGreaterThan(60);
    assertThat(
            done("report", run.toString(), "--out", temp.resolve("report.html").toString()).err())
        .doesNotContain("Exception");
    assertThat(Files.readString(temp.resolve("report.html"))).contains("default (1 seed)");
  }

  @Test
  void itsKnobIsTurnedInFlight() throws Exception {
    Path run = temp.resolve("run");
    ProcessBuilder training =
        process(
            "train",
            "CartPole-v1",
            "--algo",
            "random_search",
            "--total-timesteps",
            "10000000000",
            "--threads",
            "1",
            "--warm-up",
            "0",
            "--run-dir",
            run.toString());
    Path err = temp.resolve("err");
    Process process = training.redirectError(err.toFile()).redirectOutput(err.toFile()).start();
    try {
      while (process.isAlive() && !Files.exists(run.resolve("metrics.jsonl"))) {
        Thread.sleep(10);
      }
      String name = run.toString();
      JsonNode set = done("set", name, "sigma=0.125", "save=now", "--json").json();
      long iterations = set.get("iterations").longValue();
      assertThat(set.get("saved").booleanValue()).isTrue();
      assertThat(set.get("values").get("sigma").doubleValue()).isEqualTo(0.125);
      assertThat(Files.readString(run.resolve("changes.jsonl")))
          .contains("\"iteration\":" + (iterations + 1) + ",", "\"sigma\",\"value\":0.125}");
      assertThat(stride("set", name, "sigma=-1").complaint(2))
          .isEqualTo("stride: sigma=-1.0, required: finite, > 0");
      assertThat(stride("set", name, "gamma=1").complaint(2))
          .isEqualTo("stride: unknown name gamma, required: one of [sigma, save]");
      assertThat(done("runs", "--json", name).json().at("/rows/0/state").textValue())
          .isEqualTo("running");
    } finally {
      process.destroy(); // as Ctrl-C: saves and ends
      assertThat(process.waitFor()).as(Files.readString(err)).isEqualTo(128 + 15);
    }
    assertThat(stride("set", run.toString(), "sigma=1").complaint(1))
        .isEqualTo("stride: nobody works on " + run + ": resume it first");
  }

  @Test
  void isProfiled() throws IOException, InterruptedException {
    List<String> args =
        new ArrayList<>(List.of("profile", "InvertedPendulum-v5", "--algo", "random_search"));
    args.addAll(List.of("--envs", "2,4", "--threads", "1", "--seconds", "0.1", "--json"));
    JsonNode rows = done(args.toArray(String[]::new)).json().get("rows");
    assertThat(rows).hasSize(2);
    for (JsonNode row : rows) {
      assertThat(row.get("train_steps_per_second").doubleValue()).isPositive();
      assertThat(row.get("rollout_share").doubleValue()).isBetween(0.001, 1.5);
    }
  }

  @Test
  void isVerified() throws IOException, InterruptedException {
    List<String> args =
        new ArrayList<>(List.of("verify", "CartPole-v1", "--algo", "random_search", "--json"));
    args.addAll(List.of("--candidate", "sigma=0.5", "--seeds", "2", "--total-timesteps", "4096"));
    args.addAll(List.of("--trials", temp.resolve("trials").toString()));
    assertThat(done(args.toArray(String[]::new)).json().get("verdict").textValue())
        .isEqualTo("identical");
  }

  @Test
  void itsHelpIsItsJavadoc() throws IOException, InterruptedException {
    assertThat(done("train", "--help").out())
        .contains("--sigma=X")
        .contains("standard deviation of the noise")
        .contains("random_search: 0.5");
  }

  @Test
  void optionsOfOthersAreRefusedByTheirOwners() throws IOException, InterruptedException {
    Outcome outcome = train(temp.resolve("run"), "--gae-lambda", "0.9");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("stride: random_search has no option gae_lambda, only ppo");
    outcome = stride("train", "CartPole-v1", "--sigma", "1");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("stride: ppo has no option sigma, only random_search");
    assertThat(temp.resolve("run")).doesNotExist();
  }

  @Test
  void algorithmsThatAreNotThereAreRefused() throws IOException, InterruptedException {
    Outcome outcome = stride("train", "CartPole-v1", "--algo", "dqn2");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("algo=dqn2, required: one of [").contains("random_search");
  }

  @Test
  void aDamagedPresetIsNamed() throws IOException, InterruptedException {
    write("presets/random_search/default.json", "{\"num_envs\": 4, \"sigma\": \"much\"}");
    Outcome outcome = train(temp.resolve("run"));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("stride: damaged preset /presets/random_search/default.json: sigma=\"much\"");
    write("presets/random_search/default.json", "{\"num_envs\": 4,");
    assertThat(train(temp.resolve("run")).exitCode()).isEqualTo(2);
    write("presets/random_search/default.json", JsonText.line(Map.of("num_envs", 4)));
    assertThat(train(temp.resolve("run")).err()).contains("num_steps");
  }
}
