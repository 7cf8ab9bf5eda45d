package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.train.Checkpoint;
import stride.train.CheckpointStore;

/** SAC through the commands. */
class SacCommandTest {
  private static final String TASK = "InvertedPendulum-v5";
  private static final int ENV_STEPS = 32; // of an iteration

  /** Iterations of some milliseconds, of which a checkpoint follows every 20th. */
  private static final String SMALL =
      "--preset=cleanrl --backend=reference --num-envs=2 --steps-per-iteration=32"
          + " --train-frequency=8 --batch-size=4 --learning-starts=64 --buffer-size=2000"
          + " --hidden=8";

  @TempDir Path temp;

  private static List<String> begin(Path run, int iterations, String... more) {
    List<String> args = new ArrayList<>(List.of("train", TASK, "--algo", "sac"));
    args.addAll(List.of(SMALL.split(" ")));
    args.addAll(List.of("--run-dir", run.toString(), "--threads", "1", "--warm-up", "0"));
    args.addAll(List.of("--total-timesteps", Integer.toString(ENV_STEPS * iterations)));
    args.addAll(List.of(more));
    return args;
  }

  private Path trained(String name, int iterations, String... more) {
    Path run = temp.resolve(name);
    Outcome outcome = TinyRun.in(begin(run, iterations, more));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("stride export " + run + " --onnx policy.onnx");
    return run;
  }

  @Test
  void trainsResumesToTheSameBytesAndPlays() throws IOException {
    Path run = trained("run", 50, "--eval-every", "40", "--eval-episodes", "2");
    Path killed = TinyRun.unfinished(run, temp.resolve("killed"));
    Outcome resumed = TinyRun.in(List.of("train", "--resume", killed.toString(), "--threads", "2"));
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    TinyRun.assertSameRun(killed, run);

    String[] eval = {"eval", run.toString(), "--episodes", "20", "--json"};
    JsonNode drawn = Outcome.of(eval).json();
    String[] best = {"eval", run.toString(), "--episodes", "20", "--json", "--deterministic"};
    JsonNode mode = Outcome.of(best).json();
    assertThat(mode.get("episodes").intValue()).isEqualTo(20);
    assertThat(mode.get("return_mean").doubleValue()).isGreaterThan(1);
    assertThat(mode.get("return_mean")).isNotEqualTo(drawn.get("return_mean"));
    assertThat(Outcome.of(best).json().get("return_mean")).isEqualTo(mode.get("return_mean"));
  }

  @Test
  void exportsItsPolicyAndItsCritics() throws IOException {
    Path run = trained("run", 5);
    Path model = temp.resolve("policy.onnx");
    JsonNode json = export(run, "--onnx", model, "--json").json();
    assertThat(json.get("task").textValue()).isEqualTo(TASK);
    assertThat(json.get("env_steps").intValue()).isEqualTo(5 * ENV_STEPS);
    assertThat(Files.readString(model, StandardCharsets.ISO_8859_1))
        .contains(TASK, "log_std", "action_scale", "Gemm", "Tanh");
    Path tensors = temp.resolve("policy.safetensors");
    assertThat(export(run, "--safetensors", tensors).exitCode()).isZero();
    try (Checkpoint exported = Checkpoint.read(tensors)) {
      assertThat(exported.slabs().keySet())
          .startsWith("actor.fc1.weight", "actor.fc1.bias")
          .contains("q1.fc2.weight", "q2.fc2.bias", "log_alpha", "actor.action_scale");
      assertThat(((FloatSlab) exported.slabs().get("actor.action_scale")).toArray())
          .containsExactly(3);
    }
  }

  private static Outcome export(Path run, String form, Path file, String... more) {
    List<String> args = new ArrayList<>(List.of("export", run.toString(), form, file.toString()));
    args.addAll(List.of(more));
    return TinyRun.in(args);
  }

  /** Of those that learn, and of those that follow: from the first update on. */
  @Test
  void beginsFromTheParametersOfAnotherRun() {
    Path other = trained("other", 5);
    Path run = trained("run", 1, "--init-from", other.toString());
    float[] given = slab(CheckpointStore.of(other).newest(), "parameters");
    Path first = run.resolve("checkpoints/iteration-00000000.safetensors");
    assertThat(slab(first, "parameters")).isEqualTo(given);
    float[] targets = slab(first, "target_parameters");
    int from = given.length - 16 - targets.length; // the temperature is behind them
    for (int k = 0; k < targets.length; k++) {
      assertThat(targets[k]).isEqualTo(given[from + k]);
    }
    assertThat(slab(CheckpointStore.of(other).newest(), "target_parameters")).isNotEqualTo(targets);
  }

  @Test
  void valuesBeginFromThoseOfAnotherRunToo() {
    Path other = TinyRun.whole(TinyAlgorithm.DQN, temp.resolve("other"), 5, "--hidden", "8");
    Path run = temp.resolve("run");
    TinyRun.whole(TinyAlgorithm.DQN, run, 1, "--hidden", "8", "--init-from", other.toString());
    float[] given = slab(CheckpointStore.of(other).newest(), "parameters");
    Path first = run.resolve("checkpoints/iteration-00000000.safetensors");
    assertThat(slab(first, "parameters")).isEqualTo(given);
    assertThat(slab(first, "target_parameters")).isEqualTo(given);
    assertThat(slab(CheckpointStore.of(other).newest(), "target_parameters")).isNotEqualTo(given);

    assertThat(
            TinyRun.in(begin(temp.resolve("sac"), 1, "--init-from", other.toString())).complaint(1))
        .isEqualTo(
            "stride: "
                + CheckpointStore.of(other).newest()
                + " is of algo=dqn, required: algo=sac");
    assertThat(temp.resolve("sac")).doesNotExist();
  }

  private static float[] slab(Path file, String name) {
    try (Checkpoint checkpoint = Checkpoint.read(file)) {
      return ((FloatSlab) checkpoint.slabs().get(name)).toArray();
    }
  }

  @Test
  void itsRatesMayBeSetWhileItLearns() throws Exception {
    Path run = temp.resolve("run");
    TrainingProcess training = TrainingProcess.start(run, begin(run, 2000));
    try {
      assertThat(Outcome.of("set", run.toString(), "epsilon=0.5").complaint(2))
          .isEqualTo("stride: unknown name epsilon, required: one of [policy_lr, q_lr, save]");
      Outcome outcome = Outcome.of("set", run.toString(), "q_lr=0.03125", "policy_lr=0.0625");
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(training.outcome().exitCode()).isZero();
    } finally {
      training.kill();
    }
    assertThat(Files.readString(run.resolve("changes.jsonl"))).contains("\"q_lr\"", "0.03125");
    try (Checkpoint last = Checkpoint.read(CheckpointStore.of(run).newest())) {
      DoubleSlab knobs = (DoubleSlab) last.slabs().get("knobs");
      assertThat(knobs.get(0)).isEqualTo(0.0625);
      assertThat(knobs.get(1)).isEqualTo(0.03125);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CartPole-v1 |                                 | sac needs real actions, CartPole-v1 has discrete ones
          Hopper-v5   | --buffer-size=255               | buffer_size=255, required: >= 256, for batch_size=256, n_step=1, num_envs=1
          Hopper-v5   | --buffer-size=0                 | buffer_size=0, required: >= 1
          Hopper-v5   | --num-envs=3 --train-frequency=4 | train_frequency=4, required: a multiple of num_envs=3
          Hopper-v5   | --learning-starts=0 --n-step=2  | learning_starts=0, required: >= n_step * num_envs=2
          Hopper-v5   | --policy-frequency=0            | policy_frequency=0, required: >= 1
          Hopper-v5   | --policy-lr=NaN                 | policy_lr="NaN", required: number
          Hopper-v5   | --q-lr=1e400                    | q_lr=Infinity, required: finite, >= 0
          Hopper-v5   | --tau=0                         | tau=0.0, required: in (0, 1]
          Hopper-v5   | --target-entropy=Infinity       | target_entropy="Infinity", required: number or null
          Hopper-v5   | --target-entropy=1e400          | target_entropy=Infinity, required: finite or null
          Hopper-v5   | --autotune=maybe                | autotune="maybe", required: true or false
          Hopper-v5   | --hidden=16,0                   | hidden=[16, 0], required: integers, each >= 1
          Hopper-v5   | --backend=cuda                  | backend=cuda, required: cpu or reference for algo=sac
          Hopper-v5   | --clip-coef=0.2                 | sac has no option clip_coef, only ppo
          Hopper-v5   | --policy-freqency=2             | unknown option --policy-freqency, did you mean --policy-frequency?
          Hopper-v5   | --preset=sb3                    | preset=sb3, required: one of [tuned, cleanrl]
          """)
  void theImpossibleIsRefusedInOneLine(String task, String flags, String message) {
    Path run = temp.resolve("run");
    List<String> args = new ArrayList<>(List.of("train", task, "--algo", "sac"));
    args.addAll(List.of("--run-dir", run.toString(), "--threads", "1", "--warm-up", "0"));
    if (flags == null || !flags.contains("--preset")) {
      args.addAll(List.of("--preset", "cleanrl"));
    }
    if (flags != null) {
      args.addAll(List.of(flags.split(" ")));
    }
    assertThat(TinyRun.in(args).complaint(2)).startsWith("stride: " + message);
    assertThat(run).doesNotExist();
  }
}
