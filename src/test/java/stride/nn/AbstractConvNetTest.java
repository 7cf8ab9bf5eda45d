package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/** Q networks of frames against PyTorch in double precision: values, gradients, a step of Adam. */
abstract class AbstractConvNetTest {
  private static final int CHANNELS = 4;
  private static final double LEARNING_RATE = 1e-4;
  private static final double VALUE = 1e-5;
  private static final double GRADIENT = 1e-5; // of numbers up to 1

  private final Kernels kernels;
  private Arena arena;

  AbstractConvNetTest(Backend backend) {
    this.kernels = Backends.kernels(backend);
  }

  @BeforeEach
  void open() {
    arena = Arena.ofShared();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"conv_q_small", "conv_q_nature"})
  void agreesWithPyTorch(String name) {
    JsonNode golden = Golden.values(name);
    QLayout layout = layout(golden);
    int batch = golden.get("batch").intValue();
    FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
    List<ParameterTensor> tensors = layout.tensors();
    for (int i = 0; i < tensors.size(); i++) {
      int inputs = tensors.get(i - i % 2).inputs(); // of the weight before a bias
      int salt = i / 2 + (i % 2 == 0 ? 0 : 100);
      tensors.get(i).put(parameters, formula(tensors.get(i), salt, inputs));
    }
    FloatSlab x = frames(golden.get("size").intValue(), batch);
    TransposedLayout transposed = new TransposedLayout(layout.mlp());
    FloatSlab weights = FloatSlab.allocate(arena, transposed.size());
    transposed.update(kernels, parameters, weights);
    SlabPlan plan = new SlabPlan();
    LayerOutputs.plan(plan, "y", layout.mlp(), batch);
    LayerOutputs.plan(plan, "d", layout.mlp(), batch);
    try (SlabBlock block = plan.allocate(SlabAllocator.PAGES)) {
      LayerOutputs y = new LayerOutputs(block, "y", layout.mlp());
      LayerOutputs d = new LayerOutputs(block, "d", layout.mlp());
      Mlp mlp = new Mlp(layout.mlp(), kernels);
      assertValues(mlp.forward(parameters, x, 0, batch, y), golden.get("q"));

      double loss = 0;
      for (int r = 0; r < batch; r++) {
        long at = (long) r * layout.mlp().outputStride() + golden.get("action").get(r).intValue();
        double error = y.last().get(at) - golden.get("target").get(r).doubleValue();
        loss += error * error / batch;
        d.last().set(at, (float) (2 * error / batch));
      }
      assertThat(loss).isCloseTo(golden.get("loss").doubleValue(), offset(VALUE));
      FloatSlab gradients = TestData.normals(arena, 1, 1, layout.size());
      mlp.backward(transposed, weights, x, 0, batch, y, d, gradients);
      assertGradients(layout, gradients, golden);

      Adam adam = new Adam(1e-8);
      adam.prepare(1, LEARNING_RATE, 1);
      FloatSlab means = FloatSlab.allocate(arena, layout.size());
      FloatSlab squares = FloatSlab.allocate(arena, layout.size());
      kernels.adam(adam, parameters, gradients, means, squares, 0, layout.size());
      assertValues(mlp.forward(parameters, x, 0, batch, y), golden.get("q_after_1"));
    }
  }

  private static QLayout layout(JsonNode golden) {
    int size = golden.get("size").intValue();
    List<ConvSpec> layers = new ArrayList<>();
    golden
        .get("convolutions")
        .forEach(
            c ->
                layers.add(
                    new ConvSpec(c.get(0).intValue(), c.get(1).intValue(), c.get(2).intValue())));
    JsonNode dense = golden.get("dense");
    return new QLayout(
        size * size * CHANNELS,
        new ConvStack(size, size, CHANNELS, layers),
        IntStream.range(0, dense.size() - 1).mapToObj(i -> dense.get(i).intValue()).toList(),
        dense.get(dense.size() - 1).intValue(),
        false,
        Activation.RELU);
  }

  private static float[] formula(ParameterTensor tensor, int layer, int inputs) {
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      double angle = 12.9898 * (i + 1) + 78.233 * (layer + 1);
      values[i] = (float) (StrictMath.sin(angle) * StrictMath.sqrt(1.0 / inputs));
    }
    return values;
  }

  private FloatSlab frames(int size, int batch) {
    FloatSlab x = FloatSlab.allocate(arena, batch, (long) size * size * CHANNELS);
    long at = 0;
    for (int b = 0; b < batch; b++) {
      for (int y = 0; y < size; y++) {
        for (int column = 0; column < size; column++) {
          for (int c = 0; c < CHANNELS; c++) {
            int pixel = 31 * y + 17 * column + 101 * c + 13 * b + (y * column + 5) % 97;
            x.set(at++, pixel % 256 / 255f);
          }
        }
      }
    }
    return x;
  }

  private static void assertValues(FloatSlab got, JsonNode golden) {
    int stride = (int) got.shape().dim(1);
    for (int r = 0; r < golden.size(); r++) {
      for (int a = 0; a < golden.get(r).size(); a++) {
        assertThat((double) got.get((long) r * stride + a))
            .isCloseTo(golden.get(r).get(a).doubleValue(), offset(VALUE));
      }
    }
  }

  private static void assertGradients(QLayout layout, FloatSlab gradients, JsonNode golden) {
    for (ParameterTensor tensor : layout.tensors()) {
      String name = tensor.name().substring("q.".length());
      float[] got = tensor.get(gradients);
      JsonNode samples = golden.get("grad_samples").get(name);
      int every = samples.get("every").intValue();
      JsonNode values = samples.get("values");
      for (int i = 0; i < values.size(); i++) {
        assertThat((double) got[i * every])
            .as(name + " " + i)
            .isCloseTo(values.get(i).doubleValue(), offset(GRADIENT));
      }
      double squares = 0;
      for (float gradient : got) {
        squares += (double) gradient * gradient;
      }
      double norm = golden.get("grad_norms").get(name).doubleValue();
      assertThat(Math.sqrt(squares)).as(name).isCloseTo(norm, offset(GRADIENT * norm * 10));
    }
  }
}
