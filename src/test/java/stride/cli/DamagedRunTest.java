package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.Slab;
import stride.train.Checkpoint;
import stride.train.CheckpointInfo;
import stride.train.CheckpointStore;

/**
 * What a user hears of a run whose files are damaged, or not its own: one line that names the file,
 * and exit code 1. Nothing that was saved is lost.
 */
class DamagedRunTest {
  private static final int ITERATIONS = 50;

  @TempDir static Path once;
  private static Path whole;

  @TempDir Path temp;
  private Path run; // its newest checkpoint is that of iteration 40, and 20 may be there too

  @BeforeAll
  static void train() {
    whole = TinyRun.whole(once.resolve("whole"), ITERATIONS, "--hidden", "8");
  }

  @BeforeEach
  void copy() throws IOException {
    run = TinyRun.unfinished(whole, temp.resolve("run"));
  }

  private Outcome resume() {
    return TinyRun.in(TinyRun.resume(run));
  }

  private Outcome eval(String... more) {
    String[] args = Arrays.copyOf(new String[] {"eval", run.toString()}, 2 + more.length);
    System.arraycopy(more, 0, args, 2, more.length);
    return Outcome.of(args);
  }

  /** Both commands that read a run refuse it, and leave it as it is. */
  private void assertRefused(String complaint) throws IOException {
    Map<String, byte[]> before = TinyRun.saved(run);
    assertThat(eval().complaint(1)).startsWith("stride: " + complaint);
    assertThat(resume().failure()).startsWith("stride: " + complaint);
    TinyRun.assertUnchanged(run, before);
  }

  // ---- checkpoints ----

  private Path newest() {
    return CheckpointStore.of(run).newest();
  }

  private static void flipABit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static void halve(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
  }

  private void replaceInfo(CheckpointInfo info) {
    try (Checkpoint checkpoint = Checkpoint.read(newest())) {
      Checkpoint.write(newest(), info, checkpoint.slabs());
    }
  }

  private CheckpointInfo info() {
    try (Checkpoint checkpoint = Checkpoint.read(newest())) {
      return checkpoint.info();
    }
  }

  @Test
  void goesBackBeforeADamagedCheckpointSaysSoAndKeepsIt() throws IOException {
    TinyRun.copy(whole, temp.resolve("finished"));
    run = temp.resolve("finished");
    Files.delete(run.resolve("result.json"));
    Path damaged = newest();
    flipABit(damaged);
    byte[] bytes = Files.readAllBytes(damaged);
    Outcome outcome = resume();
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err())
        .contains(damaged + ": corrupt, its content is not what was written; trying the checkpoint")
        .doesNotContain("stride: ");
    assertThat(Path.of(damaged + ".damaged")).hasBinaryContent(bytes);
    TinyRun.assertSameRun(run, whole);
  }

  @Test
  void namesTheCheckpointIfNoneIsSound() throws IOException {
    for (Path file : CheckpointStore.of(run).all()) {
      halve(file);
    }
    Map<String, byte[]> before = TinyRun.saved(run);
    assertThat(eval().complaint(1)).startsWith("stride: " + newest() + ": truncated, ");
    assertThat(resume().failure()).contains(".safetensors: truncated, ");
    TinyRun.assertUnchanged(run, before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a few words", "{\"a\": \"text that is longer than any length\"}"})
  void namesAFileThatIsNoCheckpoint(String content) throws IOException {
    for (Path file : CheckpointStore.of(run).all()) {
      Files.writeString(file, content);
    }
    Map<String, byte[]> before = TinyRun.saved(run);
    assertThat(eval().complaint(1)).startsWith("stride: " + newest() + ": ");
    assertThat(resume().failure()).contains(".safetensors: ");
    TinyRun.assertUnchanged(run, before);
  }

  @Test
  void goesBackBeforeNoCheckpointThatMayBeSound() throws IOException {
    byte[] bytes = Files.readAllBytes(newest());
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String other = text.replace("\"schema_version\":\"1\"", "\"schema_version\":\"2\"");
    Files.write(newest(), other.getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(newest() + ": schema_version=2, this Stride reads 1");
  }

  @Test
  void refusesTheCheckpointOfAnotherTask() throws IOException {
    CheckpointInfo info = info();
    replaceInfo(
        new CheckpointInfo(
            "ppo",
            "Hopper-v5",
            info.seed(),
            info.iteration(),
            info.envSteps(),
            info.bestReturn(),
            info.bestIteration(),
            info.configuration(),
            info.code(),
            info.journal()));
    assertRefused(
        newest()
            + " is of task=Hopper-v5, algo=ppo, seed=1, required: task=CartPole-v1, algo=ppo,"
            + " seed=1");
  }

  @Test
  void refusesTheCheckpointOfAnotherSeed() throws IOException {
    TinyRun.whole(temp.resolve("other"), 40, "--hidden", "8", "--seed", "2");
    Files.delete(newest());
    Files.copy(
        CheckpointStore.of(temp.resolve("other")).newest(),
        run.resolve("checkpoints/iteration-00000040.safetensors"));
    assertRefused(newest() + " is of task=CartPole-v1, algo=ppo, seed=2, required: ");
  }

  @ParameterizedTest
  @CsvSource({
    "'[ 8 ]', '[ 9 ]', 'hidden=[8], and its config.json says hidden=[9]'",
    "'[ 8 ]', '[ 8, 8 ]', 'hidden=[8], and its config.json says hidden=[8,8]'",
    "sharded, lockstep, 'stepping=\"sharded\", and its config.json says stepping=\"lockstep\"'"
  })
  void refusesTheCheckpointOfOtherOptions(String from, String to, String complaint)
      throws IOException {
    replaceInConfig(from, to);
    assertRefused(run + " was trained with " + complaint + ": --force goes on with what is here");
    boolean fits = to.equals("lockstep"); // changes no size
    Outcome forced = eval("--episodes", "1", "--force");
    assertThat(forced.exitCode()).isEqualTo(fits ? 0 : 1);
    if (!fits) {
      assertThat(forced.err()).startsWith("stride: " + newest() + " does not fit the conf");
    }
  }

  @Test
  void aStateWithoutParametersIsRefused() throws IOException {
    CheckpointInfo info = info();
    try (Checkpoint checkpoint = Checkpoint.read(newest())) {
      SequencedMap<String, Slab> rest = new LinkedHashMap<>(checkpoint.slabs());
      rest.remove("parameters");
      Checkpoint.write(newest(), info, rest);
    }
    assertRefused(newest() + " does not fit the configuration: ");
  }

  // ---- config.json ----

  private Path config() {
    return run.resolve("config.json");
  }

  private void replaceInConfig(String from, String to) throws IOException {
    String text = Files.readString(config());
    assertThat(text).contains(from);
    Files.writeString(config(), text.replace(from, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "schema_version" : 1    | "schema_version" : 2      | schema_version=2, this Stride reads 1
          "schema_version" : 1    | "schema_version" : "1"    | schema_version="1", this Stride reads 1
          "schema_version" : 1    | "schema_version" : 1.0    | schema_version=1.0, this Stride reads 1
          "schema_version" : 1,   | ''                        | not the configuration of a run, it has no schema_version
          "algo" : "ppo"          | "algo" : "td3"            | algo=td3, required: one of [ppo
          "algo" : "ppo"          | "algo" : 1                | algo=1, required: text
          "task" : "CartPole-v1"  | "task" : 5                | task=5, required: text
          "task" : "CartPole-v1"  | "task" : null             | not the configuration of a run, it has no task
          "task" : "CartPole-v1"  | "task" : "CartPole-v2"    | unknown task CartPole-v2, did you mean CartPole-v1?
          "seed" : 1              | "seed" : "1"              | seed="1", required: integer in [-9223372036854775808,
          "seed" : 1              | "seed" : 1.5              | seed=1.5, required: integer in [-9223372036854775808,
          "seed" : 1              | "seed" : 1e30             | seed=1.0E30, required: integer in [-9223372036854775808,
          "seed" : 1              | "seed" : 9223372036854775808 | seed=9223372036854775808, required: integer in [
          "seed" : 1              | "seeds" : 1               | not the configuration of a run, it has no seed
          "preset" : "tuned"      | "preset" : [ 1 ]          | preset=[1], required: text
          "preset" : "tuned"      | "preset" : "best"         | preset=best, required: one of [tuned, cleanrl]
          "gamma" : 0.99          | "gamma" : "high"          | gamma="high", required: number
          "gamma" : 0.99          | "gamma" : 1.99            | gamma=1.99, required: in [0, 1]
          "gamma" : 0.99          | "gamma" : 1e400           | gamma: the number is too large
          "gamma" : 0.99          | "gamma" : NaN             | not JSON, line 13, column 16: NaN is no number in JSON
          "max_grad_norm" : 0.5   | "max_grad_norm" : "Infinity" | max_grad_norm="Infinity", required: number
          "gamma" : 0.99          | "gamme" : 0.99            | unknown option gamme, did you mean gamma?
          "num_minibatches" : 1   | "num_minibatches" : 7     | num_minibatches=7, required: a divisor of num_envs * num_steps=32
          "num_minibatches" : 1   | "num_minibatches" : 3000000000 | num_minibatches=3000000000, required: integer in [-2147483648,
          "backend" : "reference" | "backend" : "gpu"         | backend=gpu, required: one of [reference, cpu, cuda]
          "gamma" : 0.99          | "gamma" : 0.99, "gamma" : 1 | not JSON, line 13, column 26: "gamma" is there twice
          "gamma" : 0.99,         | "gamma" : 0.99            | not JSON, line 14, column 3: an unexpected "
          """)
  void namesWhatIsWrongWithAConfiguration(String from, String to, String complaint)
      throws IOException {
    replaceInConfig(from, to);
    assertRefused(config() + ": " + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''            | not JSON, empty
          [1, 2]        | not a JSON object
          "text"        | not a JSON object
          {             | not JSON, line 1, column 2: it ends in the middle of a value
          {} {}         | not JSON, line 1, column 4: more text after the value
          nonsense      | not JSON, line 1, column
          {}            | not the configuration of a run, it has no schema_version
          {"name": "x"} | not the configuration of a run, it has no schema_version
          """)
  void namesAForeignConfiguration(String content, String complaint) throws IOException {
    Files.writeString(config(), content);
    assertRefused(config() + ": " + complaint);
  }

  @Test
  void namesAConfigurationThatIsNoText() throws IOException {
    Files.write(config(), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertRefused(config() + ": not text in UTF-8");
  }

  @Test
  void namesATruncatedConfiguration() throws IOException {
    halve(config());
    assertRefused(config() + ": not JSON, line ");
  }

  // ---- the other files ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "schema_version" : 1 | "schema_version" : 2 | schema_version=2, this Stride reads 1
          "schema_version" : 1 | "schema_version" : "" | schema_version="", this Stride reads 1
          "episodes"           | "episode"            | episodes is missing
          }                    | ''                   | not JSON, line
          "task"               | "schema_version"     | not JSON, line
          "seconds"            | "minutes"            | seconds is missing
          "finished" : true    | "finished" : null    | finished: null, required: a value
          "seed" : 1           | "seed" : "1"         | seed: required: an integer in
          """)
  void namesAResultOfAnotherForm(String from, String to, String complaint) throws IOException {
    run = TinyRun.copy(whole, temp.resolve("finished"));
    Path file = run.resolve("result.json");
    Files.writeString(file, Files.readString(file).replace(from, to));
    Map<String, byte[]> before = TinyRun.saved(run);
    assertThat(resume().failure()).startsWith("stride: " + file + ": " + complaint);
    TinyRun.assertUnchanged(run, before);
  }

  @Test
  void namesMetricsOfAnotherVersion() throws IOException {
    Path file = run.resolve("metrics.jsonl");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"schema_version\":1,", "\"schema_version\":2,"));
    Map<String, byte[]> before = TinyRun.saved(run);
    assertThat(resume().failure())
        .isEqualTo("stride: " + file + ": schema_version=2, this Stride reads 1");
    TinyRun.assertUnchanged(run, before);
  }

  // ---- no run at all ----

  @Test
  void namesAFolderThatIsNoRun() throws IOException {
    run = Files.createDirectory(temp.resolve("empty"));
    assertRefused(run + " is no run folder: it has no config.json");
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void namesAFileThatIsNoRun() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    run = file;
    assertThat(eval().complaint(1)).contains(file + " is no run folder: it has no config.json");
    assertThat(resume().complaint(1)).contains(file + " is no run folder: it has no config.json");
  }

  @Test
  void namesAFolderThatDoesNotExist() {
    run = temp.resolve("missing");
    assertThat(eval().complaint(1)).startsWith("stride: " + run + " does not exist");
    assertThat(resume().complaint(1)).startsWith("stride: " + run + " does not exist");
  }

  @Test
  void aRunKilledBeforeItsFirstCheckpointStartsAnew() throws IOException {
    for (Path file : CheckpointStore.of(run).all()) {
      Files.delete(file);
    }
    assertThat(eval().complaint(1)).isEqualTo("stride: " + run + " has no checkpoint");
    // with metrics it was further, and starting anew would lose them
    assertThat(resume().failure()).isEqualTo("stride: " + run + " has no checkpoint to go on from");
    Files.delete(run.resolve("metrics.jsonl"));
    Outcome outcome = resume();
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    TinyRun.assertSameRun(run, whole);
  }
}
