package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import org.junit.jupiter.params.provider.ValueSource;
import stride.files.JsonText;
import stride.train.Checkpoint;
import stride.train.CheckpointStore;

class TrainCommandTest {
  @TempDir Path temp;

  private Outcome train(Path run, String... options) {
    List<String> args = new ArrayList<>(List.of("train", "CartPole-v1", "--json"));
    args.addAll(List.of("--threads", "1", "--total-timesteps", "2000", "--num-envs", "4"));
    args.addAll(List.of("--num-steps", "64", "--num-minibatches", "2", "--update-epochs", "2"));
    args.addAll(List.of("--warm-up", "0"));
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
    JsonNode config = JsonText.read(run.resolve("config.json"));
    assertThat(config.get("algo").textValue()).isEqualTo("ppo");
    assertThat(config.get("preset").textValue()).isEqualTo("tuned");
    assertThat(config.get("num_envs").intValue()).isEqualTo(4);
    assertThat(config.get("gamma").doubleValue()).isEqualTo(0.99);
  }

  @Test
  void aRunFromThePrintedConfigurationIsTheRunOfTheFlags() throws IOException {
    Path flags = temp.resolve("flags");
    List<String> args = TinyRun.begin(flags, 3, "--preset", "cleanrl", "--seed", "7");
    args.addAll(List.of("--gamma", "0.98", "--no-anneal-lr", "--hidden", "8,8"));
    List<String> printing = new ArrayList<>(args);
    printing.add("--print-config");
    Outcome printed = TinyRun.in(printing);
    assertThat(printed.exitCode()).as(printed.err()).isZero();
    assertThat(flags).doesNotExist();

    Path file = Files.writeString(temp.resolve("printed.json"), printed.out());
    Path run = temp.resolve("run");
    assertThat(TinyRun.in(args).exitCode()).isZero();
    Outcome again =
        Outcome.of(
            "train", "--config", file.toString(), "--run-dir", run.toString(), "--warm-up", "0");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(run.resolve("config.json")).hasContent(printed.out());
    assertThat(run.resolve("config.json")).hasSameBinaryContentAs(flags.resolve("config.json"));
    assertThat(lastCheckpoint(run)).isEqualTo(lastCheckpoint(flags));
  }

  @Test
  void printsTheConfigurationInOneLineOfJsonIfAskedTo() throws IOException {
    JsonNode json =
        Outcome.of("train", "Hopper-v5", "--print-config", "--json", "--num-envs", "4").json();
    assertThat(json.get("task").textValue()).isEqualTo("Hopper-v5");
    assertThat(json.get("num_envs").intValue()).isEqualTo(4);
    assertThat(json.get("algo").textValue()).isEqualTo("ppo");
  }

  @Test
  void helpListsTheCommandsOwnOptionsFirstAndTheAlgorithmsByGroups() {
    assertThat(Outcome.of("train", "--help").out())
        .containsSubsequence(
            "--resume=DIR",
            "--warm-up=SECONDS",
            "\nEnvironments and rollout:\n",
            "--num-envs=N ",
            "\nLearning:\n",
            "--clip-coef=X ",
            "\nNetwork:\n",
            "--hidden=N,N,... ",
            "\nDevice:\n",
            "--precision=",
            "\nExample: ");
  }

  @Test
  void endsWithTheRunFolderAndWhatToDoNext() {
    Path run = temp.resolve("a run");
    Outcome outcome = TinyRun.in(TinyRun.begin(run, 2));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err())
        .startsWith("CartPole-v1, ppo, preset tuned, seed 1, backend reference, threads 1\n")
        .contains("run folder " + run + "\n");
    assertThat(outcome.out().lines()).hasSizeLessThan(12);
    assertThat(outcome.out())
        .doesNotContain("time/hit")
        .contains("run folder                       " + run + "\n")
        .endsWith(
            """
            next  ./stride eval '%1$s'
                  ./stride export '%1$s' --onnx policy.onnx
                  tensorboard --logdir '%1$s'
            """
                .formatted(run));
  }

  @Test
  void showsTheStagesOnlyIfAskedTo() {
    Outcome outcome = TinyRun.in(TinyRun.begin(temp.resolve("run"), 2, "--verbose"));
    assertThat(outcome.out()).startsWith("stage ").contains("time/hit", "\nnext  ./stride eval ");
  }

  @Test
  void saysWhatItTrainsWhereThatIsMoreThanWasAskedFor() {
    Outcome outcome =
        TinyRun.in(TinyRun.begin(temp.resolve("run"), 2, "--set", "total_timesteps=1"));
    assertThat(outcome.err()).doesNotContain("is less than one iteration"); // the flag goes over it
    List<String> args = new ArrayList<>(TinyRun.begin(temp.resolve("short"), 2));
    args.set(args.indexOf("--total-timesteps") + 1, "1");
    assertThat(TinyRun.in(args).err())
        .contains("total_timesteps=1 is less than one iteration: training 32 env steps\n");
  }

  @Test
  void whereARunIsMissingItNamesTheNewest() throws IOException {
    Path run = TinyRun.whole(temp.resolve("run"), 2);
    for (String command : List.of("eval", "train --resume")) {
      List<String> args = new ArrayList<>(List.of(command.split(" ", -1)));
      args.add(temp.resolve("rnu").toString());
      assertThat(TinyRun.in(args).complaint(1))
          .isEqualTo("stride: " + temp.resolve("rnu") + " does not exist; newest: " + run);
    }
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
        Outcome.of(
            "train",
            "--config",
            config,
            "--run-dir",
            two.toString(),
            "--threads",
            "2",
            "--oversubscribe");
    assertThat(outcome.exitCode()).isZero();
    assertThat(lastCheckpoint(two)).isEqualTo(lastCheckpoint(one));
    assertThat(outcome.out()).contains("CartPole-v1, ppo, seed 9: finished after 1,792 env steps");
  }

  @Test
  void savesAsOftenAsItIsToldInAnySitting() {
    Path run = temp.resolve("run");
    assertThat(train(run, "--checkpoint-every", "512").exitCode()).isZero();
    assertThat(CheckpointStore.of(run).all())
        .extracting(file -> file.getFileName().toString())
        .startsWith("iteration-00000007.safetensors", "iteration-00000006.safetensors");
    Outcome resumed = Outcome.of("train", "--resume", run.toString(), "--checkpoint-every", "60s");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
  }

  @Test
  void aRunOfBeforeThereWasAnOptionGoesOn() throws IOException {
    Path run = TinyRun.whole(temp.resolve("whole"), 50);
    Path old = TinyRun.unfinished(run, temp.resolve("old"));
    ObjectNode config = JsonText.readObject(old.resolve("config.json"));
    assertThat(config.remove("orthogonal_init").booleanValue()).isTrue();
    Files.writeString(old.resolve("config.json"), JsonText.file(config));
    List<String> resume = new ArrayList<>(TinyRun.resume(old));
    resume.add("--force"); // its checkpoints did not say what they were of
    Outcome outcome = TinyRun.in(resume);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    try (Checkpoint one = Checkpoint.read(CheckpointStore.of(old).newest());
        Checkpoint two = Checkpoint.read(CheckpointStore.of(run).newest())) {
      one.slabs()
          .forEach(
              (name, slab) ->
                  assertThat(slab.segment().mismatch(two.slabs().get(name).segment()))
                      .as(name)
                      .isEqualTo(-1));
    }
  }

  @Test
  void initialParametersAreAnOption() throws IOException {
    Path run = TinyRun.whole(temp.resolve("usual"), 2);
    Path other = TinyRun.whole(temp.resolve("other"), 2, "--orthogonal-init", "false");
    assertThat(lastCheckpoint(other)).isNotEqualTo(lastCheckpoint(run));
  }

  @Test
  void flagsGoOverSettingsOverTheFile() throws IOException {
    Path file = temp.resolve("options.json");
    Files.writeString(file, "{\"gamma\": 0.9, \"gae_lambda\": 0.8, \"target_kl\": 0.05}");
    Path run = temp.resolve("run");
    train(run, "--config", file.toString(), "--set", "gamma=0.95", "--gae-lambda", "0.7");
    JsonNode config = JsonText.read(run.resolve("config.json"));
    assertThat(config.get("gamma").doubleValue()).isEqualTo(0.95);
    assertThat(config.get("gae_lambda").doubleValue()).isEqualTo(0.7);
    assertThat(config.get("target_kl").doubleValue()).isEqualTo(0.05);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--num-envs;0;num_envs=0, required: >= 1",
        "--num-envs;4 5;num_envs=\"4 5\", required: integer",
        "--num-envs;1e-1;num_envs=0.1, required: integer",
        "--num-envs;3000000000;num_envs=3000000000, required: integer in [-2147483648, 2147483647]",
        "--num-envs;4.5;num_envs=4.5, required: integer",
        "--angle-cost-weight;heavy;angle_cost_weight=\"heavy\", required: number",
        "--angle-cost-weight;1e400;angle_cost_weight=Infinity, required: finite",
        "--gamma;high;gamma=\"high\", required: number",
        "--gamma;1.5;gamma=1.5, required: in [0, 1]",
        "--gamma;NaN;gamma=\"NaN\", required: number",
        "--gae-lambda;1e400;gae_lambda=Infinity, required: in [0, 1]",
        "--learning-rate;1e400;learning_rate=Infinity, required: finite, >= 0",
        "--clip-coef;1e400;clip_coef=Infinity, required: finite, > 0",
        "--ent-coef;-1e400;ent_coef=-Infinity, required: finite",
        "--vf-coef;1e400;vf_coef=Infinity, required: finite, >= 0",
        "--max-grad-norm;1e400;max_grad_norm=Infinity, required: finite, > 0",
        "--target-kl;1e999;target_kl=Infinity, required: finite, > 0 or null",
        "--num-minibatches;7;num_minibatches=7, required: a divisor of num_envs * num_steps=256",
        "--norm-adv;all;norm_adv=all, required: one of [none, minibatch, batch]",
        "--hidden;64,x;hidden=[64,\"x\"], required: integers",
        "--hidden;0;hidden=[0], required: widths, each >= 1",
        "--activation;gelu;activation=gelu, required: one of [tanh, relu]",
        "--preset;best;preset=best, required: one of [tuned, cleanrl]",
        "--stats-update;step;stepping=sharded, required: lockstep for stats_update=step",
        "--backend;gpu;backend=gpu, required: one of [reference, cpu, cuda]",
        "--policy-device;gpu;policy_device=gpu, required: one of [cpu, cuda]",
        "--policy-device;cuda;policy_device=cuda, required: cpu for backend=cpu",
        "--precision;fp16;precision=fp16, required: one of [fp32, tf32x3, tf32, bf16]",
        "--precision;tf32;precision=tf32, required: fp32 for backend=cpu",
        "--precision;tf32x3;precision=tf32x3, required: fp32 for backend=cpu",
        "--cuda-update;fast;cuda_update=fast, required: one of [auto, launches, graph, persistent,"
            + " cluster]",
        "--cuda-update;graph;--cuda-update is for backend cuda, the run's is cpu",
        "--threads;0;--threads=0, required: in [1, %d], the cores that this process may use"
            + " (--oversubscribe allows more)",
        "--threads;many;Invalid value for option '--threads': many, required: an integer in"
            + " [-2147483648, 2147483647]",
        "--warm-up;-1;--warm-up=-1.0, required: in [0, 3600]",
        "--checkpoint-every;0;Invalid value for option '--checkpoint-every': 0, required: env steps"
            + " >= 1, or seconds in [1, 86400] with the suffix s",
        "--checkpoint-every;5m;Invalid value for option '--checkpoint-every': 5m, required: env"
            + " steps >= 1, or seconds in [1, 86400] with the suffix s",
        "--seed;one;Invalid value for option '--seed': one, required: an integer in"
            + " [-9223372036854775808, 9223372036854775807]",
        "--set;gamma;Value for option option '--set' (OPTION=VALUE) should be in KEY=VALUE format"
            + " but was gamma",
        "--fast;yes;unknown option --fast",
        "--num-env;4;unknown option --num-env, did you mean --num-envs?",
        "--threads;999;--threads=999, required: in [1, %d], the cores that this process may use"
            + " (--oversubscribe allows more)",
        "--target-kl;-1;target_kl=-1.0, required: finite, > 0 or null",
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
    assertThat(outcome.err().lines())
        .first()
        .isEqualTo("stride: " + message.replace("%d", "" + ThreadLimit.cores()));
    assertThat(run).doesNotExist();
  }

  @Test
  void namesOptionsThatDoNotExist() {
    Outcome outcome = Outcome.of("train", "CartPole-v1", "--set", "entropy=1");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("stride: unknown option entropy, there are activation, ");
  }

  @Test
  void saysWhichTaskHasAnOption() {
    Outcome outcome = Outcome.of("train", "Hopper-v5", "--angle-cost-weight", "1");
    assertThat(outcome.complaint(2))
        .isEqualTo("stride: angle_cost_weight is an option of CartPole-v1, not of this task");
  }

  @Test
  void optionsOfTheTaskStandInTheConfiguration() throws IOException {
    Path file = temp.resolve("options.json");
    Files.writeString(file, "{\"task_options\": {\"angle_cost_weight\": 0.5}}");
    Path run = temp.resolve("run");
    train(run, "--config", file.toString(), "--velocity-cost-weight", "0.25");
    JsonNode config = JsonText.read(run.resolve("config.json"));
    assertThat(config.get("task_options").toString())
        .isEqualTo(
            "{\"angle_cost_weight\":0.5,\"displacement_cost_weight\":0.0,"
                + "\"velocity_cost_weight\":0.25}");
    // the same again from the run's own configuration, and another run without
    Path same = temp.resolve("same");
    train(same, "--config", run.resolve("config.json").toString());
    assertThat(lastCheckpoint(same)).isEqualTo(lastCheckpoint(run));
    Path plain = temp.resolve("plain");
    train(plain);
    assertThat(JsonText.read(plain.resolve("config.json")).has("task_options")).isFalse();
    assertThat(lastCheckpoint(plain)).isNotEqualTo(lastCheckpoint(run));
  }

  @Test
  void aFolderThatExistsIsLeftAlone() throws IOException {
    Path run = Files.createDirectory(temp.resolve("run"));
    Outcome outcome = train(run);
    assertThat(outcome.exitCode()).isOne();
    assertThat(outcome.err()).contains("run exists already: a new run needs a new folder");
    assertThat(run).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CartPole-v1",
        "--seed 1",
        "--preset tuned",
        "--config x.json",
        "--run-dir x",
        "--set gamma=1",
        "--total-timesteps 1",
        "--norm-obs"
      })
  void resumeTakesNothingThatTheRunDecided(String given) {
    List<String> args = new ArrayList<>(List.of("train", "--resume", temp.toString()));
    args.addAll(List.of(given.split(" ", -1)));
    String name = given.startsWith("-") ? args.get(3) : "TASK";
    assertThat(Outcome.of(args.toArray(String[]::new)).complaint(2))
        .isEqualTo(
            "stride: --resume goes on as the run began: give nothing with it but --threads, got "
                + name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [1]                                      | not a JSON object
          {                                        | not JSON, line 1, column 2: it ends in the middle of a value
          {"gamma": 0.9} 0.8                       | not JSON, line 1, column
          {"gamma": 0.9, "gamma": 0.8}             | not JSON, line 1, column 23: "gamma" is there twice
          {"schema_version": 2}                    | schema_version=2, this Stride reads 1
          {"schema_version": "1"}                  | schema_version="1", this Stride reads 1
          {"algo": "none"}                         | algo=none, required: one of [ppo
          {"task": 1}                              | task=1, required: text
          {"preset": true}                         | preset=true, required: text
          {"seed": "1"}                            | seed="1", required: integer in [-9223372036854775808, 9223372036854775807]
          {"seed": 1.5}                            | seed=1.5, required: integer in [-9223372036854775808, 9223372036854775807]
          {"seed": 9223372036854775808}            | seed=9223372036854775808, required: integer in [-9223372036854775808, 9223372036854775807]
          {"num_envs": "4"}                        | num_envs="4", required: integer
          {"num_envs": 4.5}                        | num_envs=4.5, required: integer
          {"num_envs": 4000000000}                 | num_envs=4000000000, required: integer in [-2147483648, 2147483647]
          {"total_timesteps": 9223372036854775808} | total_timesteps=9223372036854775808, required: integer in [
          {"anneal_lr": 1}                         | anneal_lr=1, required: true or false
          {"gamma": null}                          | gamma=null, required: number
          {"norm_adv": null}                       | norm_adv=null, required: text
          {"hidden": 64}                           | hidden=64, required: integers
          {"hidden": [64, "64"]}                   | hidden=[64,"64"], required: integers
          {"entropy": 1}                           | unknown option entropy, there are activation, anneal_lr,
          """)
  void namesWhatIsWrongWithAFile(String content, String complaint) throws IOException {
    Path file = Files.writeString(temp.resolve("options.json"), content);
    Path run = temp.resolve("run");
    Outcome outcome =
        Outcome.of(
            "train", "CartPole-v1", "--config", file.toString(), "--run-dir", run.toString());
    assertThat(outcome.complaint(2)).startsWith("stride: " + file + ": " + complaint);
    assertThat(run).doesNotExist();
  }

  @Test
  void namesAFileThatCannotBeRead() {
    String missing = temp.resolve("missing.json").toString();
    assertThat(Outcome.of("train", "--config", missing).complaint(2))
        .isEqualTo("stride: " + missing + " does not exist");
    assertThat(Outcome.of("train", "--config", temp.toString()).complaint(2))
        .isEqualTo("stride: cannot read " + temp + ": Is a directory");
  }
}
