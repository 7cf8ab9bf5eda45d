package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.Shape;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

final class SacLayoutTest {
  private static final int D = 11;
  private static final int A = 3;

  private final Kernels kernels = Backends.kernels(Backend.REFERENCE);
  private Arena arena;

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private static SacLayout layout(Integer... hidden) {
    return new SacLayout(D, A, List.of(hidden), Activation.RELU);
  }

  @Test
  void chainsFollowOneAnotherAndTargetsHaveASlabOfTheirOwn() {
    SacLayout layout = layout(256, 256);
    long actor = (D + 1) * 256 + 257 * 256 + 257 * 16;
    long critic = (D + A + 1) * 256 + 257 * 256 + 257 * 16;
    assertThat(layout.actor().start()).isZero();
    assertThat(layout.actor().end()).isEqualTo(actor);
    assertThat(layout.q1().start()).isEqualTo(actor);
    assertThat(layout.q2().start()).isEqualTo(actor + critic);
    assertThat(layout.network().tensor("log_alpha"))
        .isEqualTo(new ParameterTensor("log_alpha", Shape.of(1), actor + 2 * critic, 0));
    assertThat(layout.network().size()).isEqualTo(actor + 2 * critic + 16);
    assertThat(layout.targets().size()).isEqualTo(2 * critic);
    assertThat(layout.actions()).isEqualTo(A);

    assertThat(layout.actorRange()).isEqualTo(new ParameterRange(0, actor));
    assertThat(layout.criticRange()).isEqualTo(new ParameterRange(actor, 2 * critic));
    assertThat(layout.temperatureRange()).isEqualTo(new ParameterRange(actor + 2 * critic, 16));
  }

  @Test
  void criticsReadTheActionBehindTheObservation() {
    SacLayout layout = layout(32);
    assertThat(layout.q1().input()).isEqualTo(new ChainInput.ObservationAndAction(D, A));
    assertThat(layout.q1().inputStride()).isEqualTo(16);
    assertThat(layout.actor().inputStride()).isEqualTo(12);
    assertThat(layout.network().tensor("q2.fc1.weight").shape()).isEqualTo(Shape.of(32, D + A));
  }

  @Test
  void tensorsHaveTheNamesOfCleanrl() {
    SacLayout layout = layout(64, 65);
    assertThat(layout.network().tensors())
        .extracting(ParameterTensor::name)
        .containsExactly(
            "actor.fc1.weight",
            "actor.fc1.bias",
            "actor.fc2.weight",
            "actor.fc2.bias",
            "actor.fc_mean.weight",
            "actor.fc_mean.bias",
            "actor.fc_logstd.weight",
            "actor.fc_logstd.bias",
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
    LinearLayout last = layout.actor().layer(2);
    assertThat(layout.network().tensor("actor.fc_mean.weight"))
        .isEqualTo(
            new ParameterTensor("actor.fc_mean.weight", Shape.of(A, 65), last.weights(), 16));
    assertThat(layout.network().tensor("actor.fc_logstd.bias"))
        .isEqualTo(new ParameterTensor("actor.fc_logstd.bias", Shape.of(A), last.bias() + A, 16));
    assertThat(layout.targets().tensors()).hasSize(12);
    long shift = layout.criticRange().offset();
    for (ParameterTensor target : layout.targets().tensors()) {
      ParameterTensor source = layout.network().tensor(target.name());
      assertThat(source.offset()).isEqualTo(target.offset() + shift);
      assertThat(source.shape()).isEqualTo(target.shape());
      assertThat(source.rowLength()).isEqualTo(target.rowLength());
    }
  }

  @Test
  void initialParametersAreThoseOfPyTorchsLayers() {
    SacLayout layout = layout(64, 65);
    FloatSlab parameters = FloatSlab.allocate(arena, layout.network().size());
    parameters.fill(7);
    layout.initialize(parameters, 1);
    for (ParameterTensor tensor : layout.network().tensors()) {
      if (tensor.name().equals("log_alpha")) {
        assertThat(tensor.get(parameters)).containsExactly(0);
        continue;
      }
      String weight = tensor.name().replace("bias", "weight");
      double inputs = layout.network().tensor(weight).shape().dim(1);
      float bound = (float) (1 / Math.sqrt(inputs));
      float largest = 0;
      for (float value : tensor.get(parameters)) {
        assertThat(Math.abs(value)).isPositive().isLessThanOrEqualTo(bound);
        largest = Math.max(largest, Math.abs(value));
      }
      if (tensor.shape().elements() >= 64) {
        assertThat(largest).isGreaterThan(0.9f * bound); // 0.9^64 of missing it
      }
    }
    // twins that began alike would stay alike
    assertThat(layout.network().tensor("q2.fc1.weight").get(parameters))
        .isNotEqualTo(layout.network().tensor("q1.fc1.weight").get(parameters));
    FloatSlab again = FloatSlab.allocate(arena, layout.network().size());
    layout.initialize(again, 1);
    assertThat(again.sameBits(parameters)).isTrue();
    layout.initialize(again, 2);
    assertThat(again.sameBits(parameters)).isFalse();
  }

  @Test
  void targetsAreACopyOfTheirRange() {
    SacLayout layout = layout(17);
    FloatSlab parameters = FloatSlab.allocate(arena, layout.network().size());
    layout.initialize(parameters, 1);
    FloatSlab targets = FloatSlab.allocate(arena, layout.targets().size());
    kernels.lerp(targets, layout.criticRange().of(parameters), 1, 0, targets.length());
    for (ParameterTensor tensor : layout.targets().tensors()) {
      assertThat(tensor.get(targets))
          .isEqualTo(layout.network().tensor(tensor.name()).get(parameters));
    }
  }

  /** What the critics are to become, and their gradients, by way of all five networks. */
  @Test
  void networksAreThoseOfPyTorch() {
    JsonNode golden = Golden.learning("sac");
    SacLayout layout = layout(32, 32);
    FloatSlab parameters = FloatSlab.allocate(arena, layout.network().size());
    FloatSlab targets = FloatSlab.allocate(arena, layout.targets().size());
    JsonNode params = golden.get("params");
    for (ParameterTensor tensor : layout.network().tensors()) {
      if (!tensor.name().equals("log_alpha")) {
        tensor.put(parameters, Golden.floats(find(params, tensor, "")));
      }
    }
    for (ParameterTensor tensor : layout.targets().tensors()) {
      tensor.put(targets, Golden.floats(find(params, tensor, "target_")));
    }
    int rows = golden.get("obs").size();
    double[] wanted = Golden.doubles(golden.get("critic").get("targets"));
    double[] y = targets(golden, layout, parameters, targets, rows);
    for (int r = 0; r < rows; r++) {
      // numbers of some units through six layers, each rounded to 24 bits
      assertThat(y[r]).isCloseTo(wanted[r], offset(1e-5));
    }
    FloatSlab x = FloatSlab.allocate(arena, rows, layout.q1().inputStride());
    putRows(x, layout.q1().inputStride(), golden.get("obs"), golden.get("action"));
    FloatSlab gradients = FloatSlab.allocate(arena, layout.network().size());
    for (MlpLayout critic : List.of(layout.q1(), layout.q2())) {
      differentiate(critic, parameters, x, rows, wanted, gradients);
    }
    for (ParameterTensor tensor : layout.network().tensors()) {
      if (tensor.name().startsWith("q")) {
        double[] want = Golden.doubles(find(golden.get("critic"), tensor, ""));
        float[] got = tensor.get(gradients);
        for (int i = 0; i < want.length; i++) {
          assertThat((double) got[i]).as(tensor.name()).isCloseTo(want[i], offset(2e-5));
        }
      }
    }
  }

  /**
   * A tensor by the file's names: those of Sequential, and heads that are networks of their own.
   */
  private static JsonNode find(JsonNode networks, ParameterTensor tensor, String prefix) {
    String[] parts = tensor.name().split("\\.", -1);
    return switch (parts[1]) {
      case "fc_mean" -> networks.get("mean").get("0." + parts[2]);
      case "fc_logstd" -> networks.get("logstd").get("0." + parts[2]);
      default -> {
        String network = parts[0].equals("actor") ? "trunk" : prefix + parts[0];
        int layer = Integer.parseInt(parts[1].substring(2)) - 1;
        yield networks.get(network).get(2 * layer + "." + parts[2]);
      }
    };
  }

  private static void putRows(FloatSlab x, int stride, JsonNode first, JsonNode second) {
    for (int r = 0; r < first.size(); r++) {
      x.set((long) r * stride, Golden.floats(first.get(r)));
      x.set((long) r * stride + D, Golden.floats(second.get(r)));
    }
  }

  private double[] targets(
      JsonNode golden, SacLayout layout, FloatSlab parameters, FloatSlab targets, int rows) {
    FloatSlab next = FloatSlab.allocate(arena, rows, layout.actor().inputStride());
    Golden.putRows(next, layout.actor().inputStride(), golden.get("next_obs"));
    FloatSlab outputs = forward(layout.actor(), parameters, next, rows);
    int stride = layout.q1().inputStride();
    FloatSlab x = FloatSlab.allocate(arena, rows, stride);
    Golden.putRows(x, stride, golden.get("next_obs"));
    double[] logProbs = new double[rows];
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < A; k++) {
        long at = (long) r * layout.actor().outputStride() + k;
        double logStd = -5 + 3.5 * (Math.tanh(outputs.get(at + A)) + 1);
        double noise = golden.get("noise_next").get(r).get(k).asDouble();
        double action = Math.tanh(outputs.get(at) + Math.exp(logStd) * noise);
        logProbs[r] +=
            -noise * noise / 2
                - logStd
                - Math.log(2 * Math.PI) / 2
                - Math.log(1 - action * action + 1e-6);
        x.set((long) r * stride + D + k, (float) action);
      }
    }
    FloatSlab one = forward(layout.targets().chain("q1"), targets, x, rows);
    FloatSlab two = forward(layout.targets().chain("q2"), targets, x, rows);
    double[] y = new double[rows];
    for (int r = 0; r < rows; r++) {
      double least = Math.min(one.get(16L * r), two.get(16L * r));
      double soft = least - golden.get("alpha").asDouble() * logProbs[r];
      double goesOn = 1 - golden.get("terminated").get(r).asDouble();
      y[r] =
          golden.get("reward").get(r).asDouble() + golden.get("gamma").asDouble() * goesOn * soft;
    }
    return y;
  }

  private FloatSlab forward(MlpLayout chain, FloatSlab parameters, FloatSlab x, int rows) {
    SlabPlan plan = new SlabPlan();
    LayerOutputs.plan(plan, "y", chain, rows);
    try (SlabBlock block = plan.allocate(SlabAllocator.PAGES)) {
      LayerOutputs outputs = new LayerOutputs(block, "y", chain);
      FloatSlab last = new Mlp(chain, kernels).forward(parameters, x, 0, rows, outputs);
      FloatSlab copy = FloatSlab.allocate(arena, rows, chain.outputStride());
      copy.copyFrom(last);
      return copy;
    }
  }

  /** Of the mean of squared errors. */
  private void differentiate(
      MlpLayout chain, FloatSlab parameters, FloatSlab x, int rows, double[] y, FloatSlab into) {
    SlabPlan plan = new SlabPlan();
    LayerOutputs.plan(plan, "y", chain, rows);
    LayerOutputs.plan(plan, "d", chain, rows);
    try (SlabBlock block = plan.allocate(SlabAllocator.PAGES)) {
      LayerOutputs outputs = new LayerOutputs(block, "y", chain);
      LayerOutputs d = new LayerOutputs(block, "d", chain);
      Mlp mlp = new Mlp(chain, kernels);
      FloatSlab values = mlp.forward(parameters, x, 0, rows, outputs);
      for (int r = 0; r < rows; r++) {
        d.last().set(16L * r, (float) (2 * (values.get(16L * r) - y[r]) / rows));
      }
      TransposedLayout transposed = TransposedLayout.of(chain);
      FloatSlab weights = FloatSlab.allocate(arena, transposed.size());
      transposed.update(kernels, parameters, weights);
      mlp.backward(transposed, weights, x, 0, rows, outputs, d, into);
    }
  }

  @Test
  void rejectsSizesThatMakeNoSense() {
    assertThatThrownBy(() -> new SacLayout(D, 0, List.of(8), Activation.RELU))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("actions=0, required: >= 1");
    assertThatThrownBy(() -> new SacLayout(0, A, List.of(8), Activation.RELU))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("inputs=0");
  }
}
