package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stride.memory.FloatSlab;
import stride.play.SavedPolicy;
import stride.train.Checkpoint;
import stride.train.CheckpointStore;
import stride.train.RunFolder;
import stride.train.RunSpec;

class ExportCommandTest {
  @TempDir static Path temp;

  private static Path cartPole;
  private static Path pendulum;

  @BeforeAll
  static void train() {
    cartPole = TinyRun.whole(temp.resolve("cart-pole"), 3);
    pendulum = temp.resolve("pendulum");
    List<String> args = new ArrayList<>(TinyRun.begin(pendulum, 3));
    args.set(args.indexOf("CartPole-v1"), "InvertedPendulum-v5");
    assertThat(TinyRun.in(args).exitCode()).isZero();
  }

  private static Outcome export(Path run, String form, Path file, String... more) {
    List<String> args = new ArrayList<>(List.of("export", run.toString(), form, file.toString()));
    args.addAll(List.of(more));
    return TinyRun.in(args);
  }

  @Test
  void writesAnOnnxModel() throws IOException {
    Path file = temp.resolve("model.onnx");
    JsonNode json = export(pendulum, "--onnx", file, "--json").json();
    assertThat(json.get("path").textValue()).isEqualTo(file.toString());
    assertThat(json.get("format").textValue()).isEqualTo("onnx");
    assertThat(json.get("task").textValue()).isEqualTo("InvertedPendulum-v5");
    assertThat(json.get("checkpoint").textValue())
        .isEqualTo(CheckpointStore.of(pendulum).newest().toString());
    assertThat(json.get("env_steps").intValue())
        .isEqualTo(1024 + 32); // the first for the statistics
    // this run normalises, that of CartPole does not
    assertThat(content(file)).contains("InvertedPendulum-v5", "observation_inverse_std", "Gemm");
    Path other = temp.resolve("cart-pole.onnx");
    assertThat(export(cartPole, "--onnx", other).exitCode()).isZero();
    assertThat(content(other)).contains("ArgMax").doesNotContain("observation_inverse_std");
  }

  private static String content(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  @Test
  void writesTheTensorsOfTheCheckpoint() throws IOException {
    Path file = temp.resolve("best.safetensors");
    JsonNode json = export(pendulum, "--safetensors", file, "--best", "--json").json();
    Path source = CheckpointStore.of(pendulum).best().orElseThrow();
    assertThat(json.get("checkpoint").textValue()).isEqualTo(source.toString());
    try (Checkpoint exported = Checkpoint.read(file);
        Checkpoint checkpoint = Checkpoint.read(source);
        Arena arena = Arena.ofConfined()) {
      var policy = (SavedPolicy) RunSpec.ofRun(pendulum).network(arena, checkpoint.slabs());
      assertThat(exported.info()).isEqualTo(checkpoint.info());
      policy
          .layout()
          .tensors()
          .forEach(
              tensor ->
                  assertThat(floats(exported, tensor.name()))
                      .isEqualTo(tensor.get(policy.parameters())));
      float[] mean = floats(exported, "observation_mean");
      assertThat(mean).hasSize(4);
      for (int k = 0; k < mean.length; k++) {
        assertThat(mean[k]).isEqualTo(policy.statistics().mean().get(k)).isNotZero();
      }
    }
  }

  private static float[] floats(Checkpoint checkpoint, String name) {
    FloatSlab slab = (FloatSlab) checkpoint.slabs().get(name);
    float[] values = new float[(int) slab.length()];
    for (int k = 0; k < values.length; k++) {
      values[k] = slab.get(k);
    }
    return values;
  }

  @Test
  void writesTheValuesOfAQNetwork() throws IOException {
    Path run = temp.resolve("dqn");
    Outcome trained = TinyRun.in(TinyRun.begin(TinyAlgorithm.PRIORITIZED, run, 40));
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.out()).contains("stride export " + run + " --onnx policy.onnx");
    Path file = temp.resolve("dqn.onnx");
    assertThat(export(run, "--onnx", file, "--best").exitCode()).isZero();
    assertThat(content(file)).contains("q_values", "ArgMax", "CartPole-v1");
    Path tensors = temp.resolve("dqn.safetensors");
    assertThat(export(run, "--safetensors", tensors).exitCode()).isZero();
    try (Checkpoint exported = Checkpoint.read(tensors)) {
      assertThat(exported.slabs().keySet()).startsWith("q.0.weight", "q.0.bias");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"A2C", "REINFORCE"})
  void writesThePolicyOfEveryActorCritic(TinyAlgorithm algorithm) throws IOException {
    Path run = temp.resolve(algorithm.name());
    Outcome trained = TinyRun.in(TinyRun.begin(algorithm, run, 40));
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.out()).contains("stride export " + run + " --onnx policy.onnx");
    Path file = temp.resolve(algorithm + ".onnx");
    assertThat(export(run, "--onnx", file).exitCode()).isZero();
    assertThat(content(file)).contains("logits", "ArgMax", "CartPole-v1");
    Path tensors = temp.resolve(algorithm + ".safetensors");
    assertThat(export(run, "--safetensors", tensors).exitCode()).isZero();
    try (Checkpoint exported = Checkpoint.read(tensors);
        Checkpoint checkpoint = Checkpoint.read(CheckpointStore.of(run).newest());
        Arena arena = Arena.ofConfined()) {
      var policy = (SavedPolicy) RunSpec.ofRun(run).network(arena, checkpoint.slabs());
      assertThat(floats(exported, "actor.0.weight"))
          .isEqualTo(policy.layout().tensor("actor.0.weight").get(policy.parameters()));
    }
    JsonNode played =
        Outcome.of("eval", run.toString(), "--episodes", "3", "--deterministic", "--json").json();
    assertThat(played.get("episodes").intValue()).isEqualTo(3);
    assertThat(played.get("return_mean").doubleValue()).isPositive();
  }

  @Test
  void aTableIsNoNetwork() throws IOException {
    Path run = temp.resolve("table");
    Outcome trained = TinyRun.in(TinyRun.begin(TinyAlgorithm.QTABLE, run, 2));
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.out()).contains("stride eval " + run).doesNotContain("export");
    Path file = temp.resolve("table.onnx");
    assertThat(export(run, "--onnx", file).complaint(1))
        .isEqualTo("stride: algo=qtable has no network that could be exported");
    assertThat(file).doesNotExist();
  }

  @Test
  void aFileThatIsThereStaysUnlessForced() throws IOException {
    for (String form : List.of("--onnx", "--safetensors")) {
      Path file = Files.writeString(temp.resolve("mine" + form), "mine");
      assertThat(export(cartPole, form, file).complaint(1))
          .isEqualTo("stride: " + file + " exists already: --force replaces it");
      assertThat(file).hasContent("mine");
      assertThat(export(cartPole, form, file, "--force").exitCode()).isZero();
      assertThat(Files.size(file)).isGreaterThan(1000);
    }
  }

  @Test
  void refusesWhatCannotBe() throws IOException {
    Path file = temp.resolve("never.onnx");
    assertThat(export(temp.resolve("nowhere"), "--onnx", file).complaint(1))
        .startsWith("stride: " + temp.resolve("nowhere") + " does not exist; newest: ");
    assertThat(export(cartPole, "--onnx", temp, "--force").complaint(1))
        .startsWith("stride: " + temp + ": cannot write: ");
    Path below = temp.resolve("missing/never.onnx");
    assertThat(export(cartPole, "--onnx", below).complaint(1))
        .isEqualTo("stride: " + below + ": cannot write: no such file or folder");
    assertThat(export(cartPole, "--onnx", file, "--safetensors", file.toString()).complaint(2))
        .contains("--onnx", "--safetensors", "mutually exclusive");
    assertThat(Outcome.of("export", cartPole.toString()).complaint(2))
        .contains("--onnx", "--safetensors");
    assertThat(file).doesNotExist();
  }

  @Test
  void namesACheckpointThatDoesNotFitItsConfiguration() throws IOException {
    Path run = TinyRun.copy(cartPole, temp.resolve("edited"));
    Path config = RunFolder.configFile(run);
    String text = Files.readString(config);
    String edited = text.replaceAll("\"hidden\" *: *\\[[^\\]]*\\]", "\"hidden\": [8]");
    assertThat(edited).isNotEqualTo(text);
    Files.writeString(config, edited);
    Path file = temp.resolve("edited.onnx");
    assertThat(export(run, "--onnx", file, "--force").complaint(1))
        .contains(
            CheckpointStore.of(run).newest() + " does not fit the configuration: parameters=");
    assertThat(file).doesNotExist();
  }
}
