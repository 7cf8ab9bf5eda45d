package stride.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.Python;
import stride.files.FileException;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;
import stride.train.Checkpoint;

/** What is exported acts as Stride does, whoever reads it. */
class ExportedPolicyTest {
  private static final Offset<Float> CLOSE = within(1e-5f);
  private static final Path SHARING =
      Path.of(System.getProperty("stride.home"), "docs", "sharing.md");

  @TempDir Path temp;
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  private Sample sample(Distribution distribution, Activation activation, boolean normalized) {
    return new Sample(arena, distribution, activation, normalized);
  }

  private Sample shared(Distribution distribution, Activation activation, boolean normalized) {
    PolicySpec apart = Sample.spec(distribution, activation);
    return new Sample(arena, apart.withSharedBackbone(), normalized);
  }

  // ---- ONNX ----

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN,       TANH, true",
    "GAUSSIAN,       RELU, false",
    "STATE_GAUSSIAN, TANH, true",
    "CATEGORICAL,    TANH, false",
    "CATEGORICAL,    RELU, true"
  })
  void anIndependentInterpreterActsAsStride(
      Distribution distribution, Activation activation, boolean normalized) {
    assertInterpreted(sample(distribution, activation, normalized));
  }

  @ParameterizedTest
  @CsvSource({"GAUSSIAN, TANH, true", "STATE_GAUSSIAN, RELU, false", "CATEGORICAL, TANH, false"})
  void soItDoesOfASharedBackbone(
      Distribution distribution, Activation activation, boolean normalized) {
    Sample sample = shared(distribution, activation, normalized);
    assertInterpreted(sample);
    OnnxFile model = OnnxFile.read(sample.policy.toOnnx());
    assertThat(model.tensors.get("trunk.2.weight").dims()).containsExactly(41L, 24L);
    assertThat(model.tensors.get("critic.0.weight").dims()).containsExactly(1L, 41L);
  }

  private static void assertInterpreted(Sample sample) {
    OnnxFile model = OnnxFile.read(sample.policy.toOnnx());
    float[] actions = sample.actions();
    float[] values = sample.values();
    int width = actions.length / Sample.ROWS;
    for (int r = 0; r < Sample.ROWS; r++) {
      Map<String, double[]> out = model.run(sample.observations[r]);
      assertThat((float) out.get("value")[0]).isCloseTo(values[r], CLOSE);
      assertThat(out.get("action")).hasSize(width);
      for (int k = 0; k < width; k++) {
        assertThat((float) out.get("action")[k]).isCloseTo(actions[r * width + k], CLOSE);
      }
    }
  }

  @Test
  void saysWhatGoesInAndComesOut() {
    OnnxFile gaussian = onnx(Distribution.GAUSSIAN);
    assertThat(gaussian.irVersion).isEqualTo(8);
    assertThat(gaussian.opset).isEqualTo(17);
    assertThat(gaussian.metadata)
        .containsExactly(
            Map.entry("algo", "ppo"),
            Map.entry("task", "Test-v0"),
            Map.entry("seed", "7"),
            Map.entry("env_steps", "384"));
    assertThat(gaussian.inputs).isEqualTo(Map.of("observation", value(1, -1, 11)));
    assertThat(gaussian.outputs)
        .isEqualTo(
            Map.of("action", value(1, -1, 3), "log_std", value(1, 3), "value", value(1, -1, 1)));
    assertThat(gaussian.tensors.get("actor.2.weight").dims()).containsExactly(41L, 24L);
    assertThat(onnx(Distribution.STATE_GAUSSIAN).outputs).containsEntry("log_std", value(1, -1, 3));
    assertThat(onnx(Distribution.CATEGORICAL).outputs)
        .isEqualTo(
            Map.of("action", value(7, -1), "logits", value(1, -1, 3), "value", value(1, -1, 1)));
  }

  private OnnxFile onnx(Distribution distribution) {
    return OnnxFile.read(sample(distribution, Activation.TANH, true).policy.toOnnx());
  }

  private static OnnxFile.Value value(long type, long... dims) {
    return new OnnxFile.Value(type, Arrays.stream(dims).boxed().toList());
  }

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN,       TANH, true",
    "STATE_GAUSSIAN, RELU, true",
    "CATEGORICAL,    TANH, false",
  })
  void onnxRuntimeActsAsStride(Distribution distribution, Activation activation, boolean normalized)
      throws IOException, InterruptedException {
    assertRuns(sample(distribution, activation, normalized));
  }

  @Test
  void onnxRuntimeRunsASharedBackbone() throws IOException, InterruptedException {
    assertRuns(shared(Distribution.GAUSSIAN, Activation.TANH, true));
  }

  private void assertRuns(Sample sample) throws IOException, InterruptedException {
    Path file = temp.resolve("policy.onnx");
    sample.policy.writeOnnx(file);
    String said = Python.run(temp, "run_onnx.py", file, observations(sample), temp);
    assertThat(said).contains("observation tensor(float) batch 11", "value tensor(float) batch 1");
    assertThat(read("action")).containsExactly(sample.actions(), CLOSE);
    assertThat(read("value")).containsExactly(sample.values(), CLOSE);
    if (sample.layout.spec().distribution() == Distribution.GAUSSIAN) {
      assertThat(read("log_std"))
          .isEqualTo(sample.layout.tensor("logstd").get(sample.policy.parameters()));
    }
  }

  // ---- safetensors ----

  @ParameterizedTest
  @CsvSource({"GAUSSIAN, TANH, true", "STATE_GAUSSIAN, TANH, true", "CATEGORICAL, RELU, false"})
  void theDocumentedLoaderActsAsStrideOnNumpy(
      Distribution distribution, Activation activation, boolean normalized)
      throws IOException, InterruptedException {
    Sample sample = sample(distribution, activation, normalized);
    Python.run(temp, "run_loader.py", loader("numpy", activation, sample));
    assertActsAsStride(sample);
  }

  @ParameterizedTest
  @CsvSource({"GAUSSIAN, TANH, true", "CATEGORICAL, RELU, false"})
  void theDocumentedLoaderKnowsSharedBackbones(
      Distribution distribution, Activation activation, boolean normalized)
      throws IOException, InterruptedException {
    Sample sample = shared(distribution, activation, normalized);
    Python.run(temp, "run_loader.py", loader("numpy", activation, sample));
    assertActsAsStride(sample);
  }

  @ParameterizedTest
  @CsvSource({"GAUSSIAN, TANH, true", "STATE_GAUSSIAN, TANH, true", "CATEGORICAL, RELU, false"})
  void theDocumentedLoaderActsAsStrideOnPytorch(
      Distribution distribution, Activation activation, boolean normalized)
      throws IOException, InterruptedException {
    Sample sample = sample(distribution, activation, normalized);
    Python.runWithTorch(temp, "run_loader.py", loader("torch", activation, sample));
    assertActsAsStride(sample);
  }

  private Object[] loader(String library, Activation activation, Sample sample) throws IOException {
    Path file = temp.resolve("policy.safetensors");
    sample.policy.writeSafetensors(file);
    String name = activation.name().toLowerCase(Locale.ROOT);
    return new Object[] {SHARING, library, name, file, observations(sample), Sample.ELEMENTS, temp};
  }

  private void assertActsAsStride(Sample sample) throws IOException {
    assertThat(read("critic")).containsExactly(sample.values(), CLOSE);
    float[] actor = read("actor"); // [ROWS, 3]: means or logits, and deviations beside means
    float[] actions = sample.actions();
    if (sample.layout.spec().distribution() != Distribution.CATEGORICAL) {
      int width = actor.length / Sample.ROWS;
      for (int r = 0; r < Sample.ROWS; r++) {
        assertThat(Arrays.copyOfRange(actor, r * width, r * width + Sample.ACTIONS))
            .containsExactly(
                Arrays.copyOfRange(actions, r * Sample.ACTIONS, (r + 1) * Sample.ACTIONS), CLOSE);
      }
      return;
    }
    for (int r = 0; r < Sample.ROWS; r++) {
      float chosen = actor[r * Sample.ACTIONS + (int) actions[r]];
      for (int k = 0; k < Sample.ACTIONS; k++) {
        assertThat(chosen).isGreaterThanOrEqualTo(actor[r * Sample.ACTIONS + k]);
      }
    }
  }

  @Test
  void safetensorsHaveWhatTheLayoutHasWithoutPadding() {
    Sample sample = sample(Distribution.GAUSSIAN, Activation.TANH, true);
    Path file = temp.resolve("policy.safetensors");
    sample.policy.writeSafetensors(file);
    try (Checkpoint read = Checkpoint.read(file)) {
      assertThat(read.info().metadata()).isEqualTo(sample.policy.metadata());
      assertThat(read.slabs().keySet())
          .startsWith("observation_mean", "observation_inverse_std", "actor.0.weight")
          .endsWith("critic.4.bias", "logstd")
          .hasSize(2 + 13);
      assertThat(read.slabs().get("actor.4.weight").shape().dims()).containsExactly(3, 41);
      sample
          .layout
          .tensors()
          .forEach(
              tensor ->
                  assertThat(Sample.floats((FloatSlab) read.slabs().get(tensor.name())))
                      .isEqualTo(tensor.get(sample.policy.parameters())));
    }
  }

  @Test
  void safetensorsOfASharedBackboneHaveItsTrunk() {
    Sample sample = shared(Distribution.GAUSSIAN, Activation.TANH, false);
    Path file = temp.resolve("policy.safetensors");
    sample.policy.writeSafetensors(file);
    try (Checkpoint read = Checkpoint.read(file)) {
      assertThat(read.slabs().keySet())
          .containsExactly(
              "trunk.0.weight",
              "trunk.0.bias",
              "trunk.2.weight",
              "trunk.2.bias",
              "actor.0.weight",
              "actor.0.bias",
              "critic.0.weight",
              "critic.0.bias",
              "logstd");
    }
  }

  // ---- both ----

  @Test
  void equalPoliciesGiveEqualFiles() throws IOException {
    for (String name : List.of("one", "two")) {
      Sample sample = sample(Distribution.CATEGORICAL, Activation.TANH, true);
      sample.policy.writeOnnx(temp.resolve(name + ".onnx"));
      sample.policy.writeSafetensors(temp.resolve(name + ".safetensors"));
    }
    for (String form : List.of(".onnx", ".safetensors")) {
      assertThat(temp.resolve("one" + form)).hasSameBinaryContentAs(temp.resolve("two" + form));
    }
  }

  @Test
  void aFolderThatIsMissingIsOneClearLine() {
    Sample sample = sample(Distribution.GAUSSIAN, Activation.TANH, false);
    Path file = temp.resolve("missing/policy.onnx");
    for (ThrowingCallable write :
        List.<ThrowingCallable>of(
            () -> sample.policy.writeOnnx(file), () -> sample.policy.writeSafetensors(file))) {
      assertThatThrownBy(write)
          .isInstanceOf(FileException.class)
          .hasMessageContaining(file.toString())
          .hasMessageEndingWith("cannot write: no such file or folder")
          .message()
          .hasLineCount(1);
    }
  }

  private Path observations(Sample sample) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * Sample.ROWS * Sample.ELEMENTS);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : sample.observations) {
      for (float element : row) {
        bytes.putFloat(element);
      }
    }
    return Files.write(temp.resolve("observations"), bytes.array());
  }

  private float[] read(String name) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(temp.resolve(name)));
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
