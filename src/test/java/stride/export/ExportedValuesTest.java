package stride.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import stride.Python;
import stride.algo.OptionValues;
import stride.collect.ActionRows;
import stride.dqn.Dqn;
import stride.dqn.DqnOptions;
import stride.env.Task;
import stride.env.Tasks;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.ParameterTensor;
import stride.nn.QLayout;
import stride.play.Policy;
import stride.train.Checkpoint;
import stride.train.CheckpointInfo;

/** Values that are exported choose as Stride does, whoever reads them. */
class ExportedValuesTest {
  private static final Task TASK = Tasks.of("CartPole-v1");
  private static final int ROWS = 256;
  private static final int ELEMENTS = 4;
  private static final int ACTIONS = 2;
  private static final List<Integer> HIDDEN = List.of(24, 41); // rows of parameters are padded

  @TempDir Path temp;
  private final Arena arena = Arena.ofConfined();
  private final Random random = new Random(3);
  private final float[][] observations = new float[ROWS][];

  @AfterEach
  void free() {
    arena.close();
  }

  private ExportedValues sample(Activation activation, boolean dueling) {
    var layout = new QLayout(ELEMENTS, HIDDEN, ACTIONS, dueling, activation);
    FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
    for (ParameterTensor tensor : layout.tensors()) {
      tensor.put(parameters, gaussians((int) tensor.shape().elements(), 0.3f));
    }
    Arrays.setAll(observations, _ -> gaussians(ELEMENTS, 2));
    var info =
        new CheckpointInfo("dqn", "CartPole-v1", 7, 3, 384, Double.NaN, -1, null, null, null);
    return new ExportedValues(layout, parameters, info.metadata());
  }

  private float[] gaussians(int count, float scale) {
    float[] values = new float[count];
    for (int k = 0; k < count; k++) {
      values[k] = scale * (float) random.nextGaussian();
    }
    return values;
  }

  /** What the policy of a run plays: [ROWS]. */
  private int[] played(ExportedValues values, Activation activation) {
    OptionValues<DqnOptions> options = OptionValues.preset(new Dqn(), Dqn.CLEANRL, TASK);
    options.set("hidden", "24,41");
    options.set("activation", activation.name().toLowerCase(Locale.ROOT));
    options.set("dueling", Boolean.toString(values.layout().dueling()));
    try (Policy policy =
        new Dqn().policy(options.options(), TASK, Map.of("parameters", values.parameters()), 1)) {
      int stride = policy.observationStride();
      FloatSlab seen = FloatSlab.allocate(arena, ROWS, stride);
      for (int r = 0; r < ROWS; r++) {
        for (int k = 0; k < ELEMENTS; k++) {
          seen.set((long) r * stride + k, observations[r][k]);
        }
      }
      ActionRows actions = ActionRows.allocate(arena, TASK.spec().actionSpace(), ROWS);
      policy.act(seen, ROWS, 0, true, actions);
      int[] choices = new int[ROWS];
      Arrays.setAll(choices, actions.choices()::get);
      return choices;
    }
  }

  /** By the definition, from the tensors. */
  private static double[] values(
      ExportedValues values, Activation activation, float[] observation) {
    double[] x = new double[observation.length];
    Arrays.setAll(x, k -> observation[k]);
    List<double[]> heads = new ArrayList<>();
    List<ParameterTensor> tensors = values.layout().tensors();
    for (int k = 0; k < tensors.size(); k += 2) {
      double[] y = layer(values.parameters(), tensors.get(k), tensors.get(k + 1), x);
      if (k < 2 * HIDDEN.size()) {
        x =
            Arrays.stream(y)
                .map(it -> activation == Activation.TANH ? Math.tanh(it) : Math.max(0, it))
                .toArray();
      } else {
        heads.add(y);
      }
    }
    if (heads.size() == 1) {
      return heads.getFirst();
    }
    double mean = Arrays.stream(heads.get(1)).average().orElseThrow();
    return Arrays.stream(heads.get(1)).map(it -> heads.get(0)[0] + it - mean).toArray();
  }

  private static double[] layer(
      FloatSlab parameters, ParameterTensor weight, ParameterTensor bias, double[] x) {
    float[] w = weight.get(parameters); // [out, in]
    float[] b = bias.get(parameters);
    double[] y = new double[b.length];
    for (int out = 0; out < y.length; out++) {
      y[out] = b[out];
      for (int in = 0; in < x.length; in++) {
        y[out] += w[out * x.length + in] * x[in];
      }
    }
    return y;
  }

  @ParameterizedTest
  @CsvSource({"RELU, false", "TANH, false", "RELU, true", "TANH, true"})
  void anIndependentInterpreterChoosesAsStride(Activation activation, boolean dueling) {
    ExportedValues sample = sample(activation, dueling);
    OnnxFile model = OnnxFile.read(sample.toOnnx());
    int[] played = played(sample, activation);
    for (int r = 0; r < ROWS; r++) {
      Map<String, double[]> out = model.run(observations[r]);
      double[] expected = values(sample, activation, observations[r]);
      assertThat(out.get("q_values")).containsExactly(expected, within(1e-6));
      if (Math.abs(expected[0] - expected[1]) > 1e-5) { // else rounding decides
        assertThat(out.get("action")).containsExactly(played[r]);
      }
    }
    assertThat(played).contains(0, 1);
  }

  @Test
  void saysWhatGoesInAndComesOut() {
    OnnxFile model = OnnxFile.read(sample(Activation.RELU, true).toOnnx());
    assertThat(model.inputs)
        .isEqualTo(Map.of("observation", new OnnxFile.Value(1, List.of(-1L, 4L))));
    assertThat(model.outputs)
        .isEqualTo(
            Map.of(
                "action", new OnnxFile.Value(7, List.of(-1L)),
                "q_values", new OnnxFile.Value(1, List.of(-1L, 2L))));
    assertThat(model.metadata).containsEntry("algo", "dqn").containsEntry("task", "CartPole-v1");
  }

  @Test
  void onnxRuntimeHasTheSameValues() throws IOException, InterruptedException {
    ExportedValues sample = sample(Activation.RELU, true);
    Path file = temp.resolve("values.onnx");
    sample.writeOnnx(file);
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * ROWS * ELEMENTS);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : observations) {
      for (float element : row) {
        bytes.putFloat(element);
      }
    }
    Path rows = Files.write(temp.resolve("observations"), bytes.array());
    String said = Python.run(temp, "run_onnx.py", file, rows, temp);
    assertThat(said).contains("q_values tensor(float) batch 2", "action tensor(int64) batch");
    ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(temp.resolve("q_values")));
    read.order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : observations) {
      for (double value : values(sample, Activation.RELU, row)) {
        assertThat((double) read.getFloat()).isCloseTo(value, within(1e-5));
      }
    }
  }

  @Test
  void safetensorsHaveWhatTheLayoutHasWithoutPadding() {
    ExportedValues sample = sample(Activation.RELU, true);
    Path file = temp.resolve("values.safetensors");
    sample.writeSafetensors(file);
    try (Checkpoint read = Checkpoint.read(file)) {
      assertThat(read.info().metadata()).isEqualTo(sample.metadata());
      assertThat(read.slabs().keySet())
          .startsWith("trunk.0.weight", "trunk.0.bias")
          .endsWith("value.0.weight", "value.0.bias", "advantage.0.weight", "advantage.0.bias");
      assertThat(read.slabs().get("advantage.0.weight").shape().dims()).containsExactly(2, 41);
      for (ParameterTensor tensor : sample.layout().tensors()) {
        assertThat(Sample.floats((FloatSlab) read.slabs().get(tensor.name())))
            .isEqualTo(tensor.get(sample.parameters()));
      }
    }
  }
}
