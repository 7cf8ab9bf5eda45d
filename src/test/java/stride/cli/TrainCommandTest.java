package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.lab.Json;

class TrainCommandTest {
  @TempDir Path temp;

  private Outcome train(Path run, String... options) {
    List<String> args = new ArrayList<>(List.of("train", "CartPole-v1", "--json"));
    args.addAll(List.of("--threads", "1", "--total-timesteps", "2000", "--num-envs", "4"));
    args.addAll(List.of("--num-steps", "64", "--num-minibatches", "2", "--update-epochs", "2"));
    args.addAll(List.of("--run-dir", run.toString()));
    args.addAll(List.of(options));
    return Outcome.of(args.toArray(String[]::new));
  }

  private static byte[] lastCheckpoint(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      return Files.readAllBytes(files.sorted().toList().getLast());
    }
  }

  @Test
  void trainsIntoARunFolder() throws IOException {
    Path run = temp.resolve("run");
    JsonNode json = train(run, "--seed", "5").json();
    assertThat(json.get("task").textValue()).isEqualTo("CartPole-v1");
    assertThat(json.get("seed").intValue()).isEqualTo(5);
    // rounded down to 7 iterations of 256
    assertThat(json.get("env_steps").intValue()).isEqualTo(1792);
    assertThat(json.get("finished").booleanValue()).isTrue();
    assertThat(json.get("env_steps_per_second").doubleValue()).isPositive();
    assertThat(json.get("env_steps_per_second_steady").doubleValue()).isPositive();
    assertThat(json.get("return_mean_last_100").doubleValue()).isPositive();
    assertThat(json.get("stage_seconds").has("rollout")).isTrue();
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(7);
    JsonNode config = Json.read(run.resolve("config.json"), JsonNode.class);
    assertThat(config.get("algo").textValue()).isEqualTo("ppo");
    assertThat(config.get("preset").textValue()).isEqualTo("tuned");
    assertThat(config.get("num_envs").intValue()).isEqualTo(4);
    assertThat(config.get("gamma").doubleValue()).isEqualTo(0.99);
  }

  @Test
  void aFinishedRunIsResumedAtOnce() throws IOException {
    Path run = temp.resolve("run");
    JsonNode first = train(run).json();
    assertThat(Outcome.of("train", "--resume", run.toString(), "--json").json()).isEqualTo(first);
  }

  @Test
  void anotherRunsConfigurationGivesTheSameRun() throws IOException {
    Path one = temp.resolve("one");
    Path two = temp.resolve("two");
    train(one, "--seed", "9", "--ent-coef", "0.01", "--hidden", "32,16", "--anneal-lr", "false");
    String config = one.resolve("config.json").toString();
    Outcome outcome =
        Outcome.of("train", "--config", config, "--run-dir", two.toString(), "--threads", "2");
    assertThat(outcome.exitCode()).isZero();
    assertThat(lastCheckpoint(two)).isEqualTo(lastCheckpoint(one));
    assertThat(outcome.out()).contains("CartPole-v1, ppo, seed 9: finished after 1,792 env steps");
  }

  @Test
  void flagsGoOverSettingsOverTheFile() throws IOException {
    Path file = temp.resolve("options.json");
    Files.writeString(file, "{\"gamma\": 0.9, \"gae_lambda\": 0.8, \"target_kl\": 0.05}");
    Path run = temp.resolve("run");
    train(run, "--config", file.toString(), "--set", "gamma=0.95", "--gae-lambda", "0.7");
    JsonNode config = Json.read(run.resolve("config.json"), JsonNode.class);
    assertThat(config.get("gamma").doubleValue()).isEqualTo(0.95);
    assertThat(config.get("gae_lambda").doubleValue()).isEqualTo(0.7);
    assertThat(config.get("target_kl").doubleValue()).isEqualTo(0.05);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--num-envs;0;num_envs=0, required: >= 1",
        "--num-envs;4.5;num_envs=4.5, required: integer",
        "--gamma;high;gamma=\"high\", required: number",
        "--gamma;1.5;gamma=1.5, required: in [0, 1]",
        "--num-minibatches;7;num_minibatches=7, required: a divisor of num_envs * num_steps=256",
        "--norm-adv;all;norm_adv=all, required: one of [none, minibatch, batch]",
        "--hidden;64,x;hidden=[64,\"x\"], required: integers",
        "--hidden;0;hidden=[0], required: widths, each >= 1",
        "--activation;gelu;activation=gelu, required: tanh or relu",
        "--preset;best;preset=best, required: one of [tuned, cleanrl]",
        "--stats-update;step;stepping=sharded, required: lockstep for stats_update=step",
        "--target-kl;-1;target_kl=-1.0, required: > 0 or null",
      })
  void refusesWhatIsImpossibleBeforeAFolderIsMade(String flag, String value, String message) {
    Path run = temp.resolve("run");
    List<String> args = new ArrayList<>(List.of("train", "CartPole-v1", "--num-envs", "4"));
    if (flag.equals("--num-envs")) {
      args.subList(2, 4).clear();
    }
    args.addAll(List.of("--num-steps", "64", "--run-dir", run.toString(), flag, value));
    Outcome outcome = Outcome.of(args.toArray(String[]::new));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err().lines()).first().isEqualTo("stride: " + message);
    assertThat(run).doesNotExist();
  }

  @Test
  void namesOptionsThatDoNotExist() {
    Outcome outcome = Outcome.of("train", "CartPole-v1", "--set", "entropy=1");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("stride: unknown option entropy, there are activation, ");
  }

  @Test
  void aFolderThatExistsIsLeftAlone() throws IOException {
    Path run = Files.createDirectory(temp.resolve("run"));
    Outcome outcome = train(run);
    assertThat(outcome.exitCode()).isOne();
    assertThat(outcome.err()).contains("run exists already: a new run needs a new folder");
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void resumeTakesNothingElse() {
    Outcome outcome = Outcome.of("train", "CartPole-v1", "--resume", temp.toString());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("give nothing with it");
  }

  @Test
  void refusesAConfigurationOfAnotherForm() throws IOException {
    Path file = temp.resolve("options.json");
    for (String content : List.of("[1]", "{", "{\"schema_version\": 2}", "{\"algo\": \"dqn\"}")) {
      Files.writeString(file, content);
      Outcome outcome = Outcome.of("train", "CartPole-v1", "--config", file.toString());
      assertThat(outcome.exitCode()).as(content).isEqualTo(2);
      assertThat(outcome.err().lines()).as(content).hasSize(1);
    }
  }
}
