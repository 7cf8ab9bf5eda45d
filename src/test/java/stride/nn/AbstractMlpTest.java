package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/** The gradient of a perceptron's input, checked against differences in double precision. */
abstract class AbstractMlpTest {
  private static final int ROWS = 9;
  private static final float CANARY = 12345;

  private final Kernels kernels;
  private Arena arena;

  AbstractMlpTest(Backend backend) {
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

  static List<MlpSpec> specs() {
    return List.of(
        new MlpSpec(14, List.of(64, 64), 1, Activation.TANH), // a critic of observation and action
        new MlpSpec(14, List.of(256, 256), 1, Activation.RELU),
        new MlpSpec(200, List.of(144), 3, Activation.TANH),
        new MlpSpec(17, List.of(65, 17, 33), 2, Activation.TANH),
        new MlpSpec(5, List.of(), 3, Activation.TANH),
        new MlpSpec(7, List.of(33, 18), 0, Activation.TANH), // a trunk
        new MlpSpec(7, List.of(33), 0, Activation.RELU));
  }

  /** A perceptron with drawn weights and inputs, and room for its gradients. */
  private final class Net {
    final MlpLayout layout;
    final Mlp mlp;
    final TransposedLayout transposed;
    final FloatSlab parameters;
    final FloatSlab weights;
    final FloatSlab x;
    final SlabBlock block;
    final LayerOutputs outputs;
    final LayerOutputs d;

    Net(MlpSpec spec) {
      layout = new MlpLayout(spec, "net", 0);
      mlp = new Mlp(layout, kernels);
      transposed = TransposedLayout.withFirst(layout);
      parameters = FloatSlab.allocate(arena, layout.end()); // padding stays 0
      for (ParameterTensor tensor : layout.tensors()) {
        // units of a variance of 1, which saturates no tanh
        double scale = 1 / Math.sqrt((double) tensor.shape().dim(tensor.shape().rank() - 1));
        long count = tensor.shape().elements();
        tensor.put(parameters, TestData.normals(arena, 21, scale, count).toArray());
      }
      weights = FloatSlab.allocate(arena, transposed.size());
      transposed.update(kernels, parameters, weights);
      x = TestData.normals(arena, 22, 1, ROWS, layout.inputStride());
      SlabPlan plan = new SlabPlan();
      LayerOutputs.plan(plan, "y", layout, ROWS);
      LayerOutputs.plan(plan, "d", layout, ROWS);
      block = plan.allocate(SlabAllocator.PAGES);
      outputs = new LayerOutputs(block, "y", layout);
      d = new LayerOutputs(block, "d", layout);
    }

    /** Inputs forward; what is wanted back is the gradient of the outputs' sum. */
    void forward() {
      mlp.forward(parameters, x, 0, ROWS, outputs);
      for (int r = 0; r < ROWS; r++) {
        for (int o = 0; o < layout.spec().width(); o++) {
          d.last().set((long) r * layout.outputStride() + o, 1);
        }
      }
    }

    FloatSlab inputGradient() {
      FloatSlab slab = FloatSlab.allocate(arena, ROWS + 1, transposed.layer(0).outputStride());
      slab.fill(CANARY);
      return slab;
    }

    /** The sum of a row's outputs, in double precision. */
    double sum(double[] input) {
      double[] in = input;
      for (int i = 0; i < layout.layers(); i++) {
        LinearLayout layer = layout.layer(i);
        double[] y = new double[layer.outputs()];
        for (int o = 0; o < y.length; o++) {
          y[o] = parameters.get(layer.bias() + o);
          for (int k = 0; k < in.length; k++) {
            y[o] += in[k] * parameters.get(layer.weights() + (long) k * layer.outputStride() + o);
          }
          if (i < layout.activated()) {
            y[o] =
                switch (layout.spec().activation()) {
                  case TANH -> Math.tanh(y[o]);
                  case RELU -> Math.max(0, y[o]);
                };
          }
        }
        in = y;
      }
      return Arrays.stream(in).sum();
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void theGradientOfTheInputIsThatOfDifferences(MlpSpec spec) {
    Net net = new Net(spec);
    try (net.block) {
      net.forward();
      FloatSlab got = net.inputGradient();
      net.mlp.inputGradient(net.transposed, net.weights, ROWS, net.outputs, net.d, got);
      int stride = net.transposed.layer(0).outputStride();
      for (int r = 0; r < ROWS; r++) {
        double[] row = new double[spec.inputs()];
        for (int k = 0; k < row.length; k++) {
          row[k] = net.x.get((long) r * net.layout.inputStride() + k);
        }
        for (int k = 0; k < row.length; k++) {
          double gradient = got.get((long) r * stride + k);
          // sums of up to 256 products of floats of about 1; differences are good to 1e-9
          assertThat(gradient).isCloseTo(difference(net, row, k), offset(2e-5));
        }
        for (int k = row.length; k < stride; k++) {
          assertThat(got.get((long) r * stride + k)).isZero();
        }
      }
      for (int k = 0; k < stride; k++) {
        assertThat(got.get((long) ROWS * stride + k)).isEqualTo(CANARY);
      }
    }
  }

  private static double difference(Net net, double[] row, int k) {
    double[] moved = row.clone();
    final double h = 1e-6;
    moved[k] = row[k] + h;
    double above = net.sum(moved);
    moved[k] = row[k] - h;
    return (above - net.sum(moved)) / (2 * h);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void gradientsAreTheSameWithAndWithoutTheInputs(MlpSpec spec) {
    Net net = new Net(spec);
    try (net.block) {
      FloatSlab[] gradients = new FloatSlab[2];
      FloatSlab[] inputs = {net.inputGradient(), net.inputGradient()};
      for (int i = 0; i < 2; i++) {
        gradients[i] = FloatSlab.allocate(arena, net.layout.end());
      }
      net.forward();
      TransposedLayout usual = new TransposedLayout(net.layout);
      FloatSlab usualWeights = FloatSlab.allocate(arena, usual.size());
      usual.update(kernels, net.parameters, usualWeights);
      net.mlp.backward(usual, usualWeights, net.x, 0, ROWS, net.outputs, net.d, gradients[0]);
      net.forward();
      net.mlp.backward(
          net.transposed, net.weights, net.x, 0, ROWS, net.outputs, net.d, gradients[1], inputs[0]);
      net.forward();
      net.mlp.inputGradient(net.transposed, net.weights, ROWS, net.outputs, net.d, inputs[1]);
      assertThat(gradients[1].sameBits(gradients[0])).isTrue();
      assertThat(inputs[1].sameBits(inputs[0])).isTrue();
    }
  }

  @Test
  void thePlainLayoutHasNoFirstLayer() {
    MlpLayout layout = new MlpLayout(specs().getFirst(), "net", 0);
    assertThat(TransposedLayout.withFirst(layout).layer(1).outputs()).isEqualTo(64);
    assertThat(TransposedLayout.withFirst(layout).layer(0))
        .isEqualTo(new LinearLayout(64, 64, 14, 16, 0, 64 * 16));
    assertThatThrownBy(() -> new TransposedLayout(layout).layer(0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
