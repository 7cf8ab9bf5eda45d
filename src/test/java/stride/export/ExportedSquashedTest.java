package stride.export;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stride.Python;
import stride.algo.OptionValues;
import stride.collect.ActionRows;
import stride.env.ActionSpace;
import stride.env.Task;
import stride.env.Tasks;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Activation;
import stride.nn.ParameterTensor;
import stride.nn.SacLayout;
import stride.nn.SquashedHead;
import stride.play.Policy;
import stride.sac.Sac;
import stride.sac.SacOptions;
import stride.train.Checkpoint;
import stride.train.CheckpointInfo;

/** A squashed policy that is exported acts as Stride's, whoever reads it. */
class ExportedSquashedTest {
  private static final int ROWS = 256;
  private static final List<Integer> HIDDEN = List.of(24, 41); // rows of parameters are padded

  /** Bounds that no two elements share, and whose middle is not 0. */
  private static final ActionSpace.Box UNEVEN =
      new ActionSpace.Box(List.of(-1f, -0.5f, -7f), List.of(1f, 2f, -3f));

  @TempDir Path temp;
  private final Arena arena = Arena.ofConfined();
  private final Random random = new Random(3);
  private final float[][] observations = new float[ROWS][];

  @AfterEach
  void free() {
    arena.close();
  }

  private ExportedSquashed sample(int elements, ActionSpace.Box bounds, Activation activation) {
    var layout = new SacLayout(elements, bounds.elements(), HIDDEN, activation);
    FloatSlab parameters = FloatSlab.allocate(arena, layout.network().size());
    for (ParameterTensor tensor : layout.network().tensors()) {
      tensor.put(parameters, gaussians((int) tensor.shape().elements(), 0.3f));
    }
    Arrays.setAll(observations, _ -> gaussians(elements, 2));
    var info = new CheckpointInfo("sac", "Hopper-v5", 7, 3, 384, Double.NaN, -1, null, null, null);
    var head = new SquashedHead(bounds.low(), bounds.high());
    return new ExportedSquashed(layout, head, parameters, info.metadata());
  }

  private float[] gaussians(int count, float scale) {
    float[] values = new float[count];
    for (int k = 0; k < count; k++) {
      values[k] = scale * (float) random.nextGaussian();
    }
    return values;
  }

  /** What the policy of a run plays without noise: [ROWS, A]. */
  private float[] played(ExportedSquashed sample, Task task, Activation activation) {
    OptionValues<SacOptions> options = OptionValues.preset(new Sac(), Sac.CLEANRL, task);
    options.set("hidden", "24,41");
    options.set("activation", activation.name().toLowerCase(Locale.ROOT));
    Map<String, Slab> state = Map.of("parameters", sample.parameters());
    try (Policy policy = new Sac().policy(options.options(), task, state, 1)) {
      int stride = policy.observationStride();
      FloatSlab seen = FloatSlab.allocate(arena, ROWS, stride);
      for (int r = 0; r < ROWS; r++) {
        seen.set((long) r * stride, observations[r]);
      }
      ActionRows actions = ActionRows.allocate(arena, task.spec().actionSpace(), ROWS);
      policy.act(seen, ROWS, 0, true, actions);
      return actions.real().toArray();
    }
  }

  /** Actions, then logarithms of deviations, by the definition, from the tensors of the actor. */
  private static double[][] defined(
      ExportedSquashed sample, ActionSpace.Box bounds, Activation activation, float[] row) {
    double[] x = new double[row.length];
    Arrays.setAll(x, k -> row[k]);
    for (String layer : List.of("fc1", "fc2")) {
      x =
          Arrays.stream(layer(sample, "actor." + layer, x))
              .map(it -> activation == Activation.TANH ? Math.tanh(it) : Math.max(0, it))
              .toArray();
    }
    double[] actions = layer(sample, "actor.fc_mean", x);
    for (int k = 0; k < actions.length; k++) {
      double low = bounds.low().get(k);
      double high = bounds.high().get(k);
      actions[k] = low + (high - low) * (Math.tanh(actions[k]) + 1) / 2;
    }
    double[] logStds =
        Arrays.stream(layer(sample, "actor.fc_logstd", x))
            .map(raw -> -5 + 3.5 * (Math.tanh(raw) + 1))
            .toArray();
    return new double[][] {actions, logStds};
  }

  private static double[] layer(ExportedSquashed sample, String name, double[] x) {
    float[] w = tensor(sample, name + ".weight"); // [out, in]
    float[] b = tensor(sample, name + ".bias");
    double[] y = new double[b.length];
    for (int out = 0; out < y.length; out++) {
      y[out] = b[out];
      for (int in = 0; in < x.length; in++) {
        y[out] += w[out * x.length + in] * x[in];
      }
    }
    return y;
  }

  private static float[] tensor(ExportedSquashed sample, String name) {
    return sample.layout().network().tensor(name).get(sample.parameters());
  }

  @ParameterizedTest
  @CsvSource({
    "Hopper-v5, RELU",
    "Hopper-v5, TANH",
    "InvertedPendulum-v5, RELU",
    "InvertedPendulum-v5, TANH"
  })
  void anIndependentInterpreterActsAsStride(String name, Activation activation) {
    Task task = Tasks.of(name);
    var bounds = (ActionSpace.Box) task.spec().actionSpace();
    ExportedSquashed sample = sample(task.spec().observationElements(), bounds, activation);
    OnnxFile model = OnnxFile.read(sample.toOnnx());
    float[] played = played(sample, task, activation);
    final int width = bounds.elements();
    for (int r = 0; r < ROWS; r++) {
      Map<String, double[]> out = model.run(observations[r]);
      double[][] expected = defined(sample, bounds, activation, observations[r]);
      assertThat(out.get("action")).containsExactly(expected[0], within(1e-6));
      assertThat(out.get("log_std")).containsExactly(expected[1], within(1e-6));
      for (int k = 0; k < width; k++) {
        assertThat((double) played[r * width + k]).isCloseTo(expected[0][k], within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyElementHasBoundsOfItsOwn(Activation activation) {
    ExportedSquashed sample = sample(11, UNEVEN, activation);
    OnnxFile model = OnnxFile.read(sample.toOnnx());
    double least = 0;
    for (float[] row : observations) {
      double[] actions = model.run(row).get("action");
      double[][] expected = defined(sample, UNEVEN, activation, row);
      assertThat(actions).containsExactly(expected[0], within(1e-6));
      least = Math.min(least, actions[2]);
    }
    assertThat(least).isBetween(-7.0, -5.5);
  }

  @Test
  void saysWhatGoesInAndComesOut() {
    OnnxFile model = OnnxFile.read(sample(11, UNEVEN, Activation.RELU).toOnnx());
    assertThat(model.inputs)
        .isEqualTo(Map.of("observation", new OnnxFile.Value(1, List.of(-1L, 11L))));
    assertThat(model.outputs)
        .isEqualTo(
            Map.of(
                "action", new OnnxFile.Value(1, List.of(-1L, 3L)),
                "log_std", new OnnxFile.Value(1, List.of(-1L, 3L))));
    assertThat(model.metadata).containsEntry("algo", "sac").containsEntry("task", "Hopper-v5");
  }

  @Test
  void onnxRuntimeHasTheSameActions() throws IOException, InterruptedException {
    ExportedSquashed sample = sample(11, UNEVEN, Activation.RELU);
    Path file = temp.resolve("policy.onnx");
    sample.writeOnnx(file);
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * ROWS * 11);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : observations) {
      for (float element : row) {
        bytes.putFloat(element);
      }
    }
    Path rows = Files.write(temp.resolve("observations"), bytes.array());
    String said = Python.run(temp, "run_onnx.py", file, rows, temp);
    assertThat(said).contains("action tensor(float) batch 3", "log_std tensor(float) batch 3");
    ByteBuffer actions = read("action");
    ByteBuffer logStds = read("log_std");
    for (float[] row : observations) {
      double[][] expected = defined(sample, UNEVEN, Activation.RELU, row);
      for (int k = 0; k < 3; k++) {
        assertThat((double) actions.getFloat()).isCloseTo(expected[0][k], within(1e-5));
        assertThat((double) logStds.getFloat()).isCloseTo(expected[1][k], within(1e-5));
      }
    }
    assertThat(actions.hasRemaining()).isFalse();
  }

  private ByteBuffer read(String output) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(temp.resolve(output))).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void safetensorsHaveCleanrlsNamesWithoutPadding() {
    ExportedSquashed sample = sample(11, UNEVEN, Activation.RELU);
    Path file = temp.resolve("policy.safetensors");
    sample.writeSafetensors(file);
    try (Checkpoint read = Checkpoint.read(file)) {
      assertThat(read.info().metadata()).isEqualTo(sample.metadata());
      assertThat(read.slabs().keySet())
          .containsExactlyInAnyOrder(
              "actor.fc1.weight",
              "actor.fc1.bias",
              "actor.fc2.weight",
              "actor.fc2.bias",
              "actor.fc_mean.weight",
              "actor.fc_mean.bias",
              "actor.fc_logstd.weight",
              "actor.fc_logstd.bias",
              "actor.action_scale",
              "actor.action_bias",
              "q1.fc1.weight",
              "q1.fc1.bias",
              "q1.fc2.weight",
              "q1.fc2.bias",
              "q1.fc3.weight",
              "q1.fc3.bias",
              "q2.fc1.weight",
              "q2.fc1.bias",
              "q2.fc2.weight",
              "q2.fc2.bias",
              "q2.fc3.weight",
              "q2.fc3.bias",
              "log_alpha");
      assertThat(read.slabs().get("actor.fc_logstd.weight").shape().dims()).containsExactly(3, 41);
      assertThat(read.slabs().get("q2.fc1.weight").shape().dims()).containsExactly(24, 14);
      assertThat(read.slabs().get("log_alpha").shape().dims()).containsExactly(1);
      for (ParameterTensor tensor : sample.layout().network().tensors()) {
        assertThat(Sample.floats((FloatSlab) read.slabs().get(tensor.name())))
            .isEqualTo(tensor.get(sample.parameters()));
      }
      assertThat(Sample.floats((FloatSlab) read.slabs().get("actor.action_scale")))
          .containsExactly(1, 1.25f, 2);
      assertThat(Sample.floats((FloatSlab) read.slabs().get("actor.action_bias")))
          .containsExactly(0, 0.75f, -5);
    }
  }
}
