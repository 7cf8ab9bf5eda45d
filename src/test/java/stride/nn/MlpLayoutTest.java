package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;
import stride.memory.FloatSlab;
import stride.memory.Shape;

final class MlpLayoutTest {
  private static final MlpSpec SPEC = new MlpSpec(11, List.of(64, 17), 3, Activation.TANH);

  @Test
  void packsLayersInPaddedRows() {
    MlpLayout layout = new MlpLayout(SPEC, "actor", 32);
    assertThat(layout.layers()).isEqualTo(3);
    assertThat(layout.inputStride()).isEqualTo(12);
    assertThat(layout.outputStride()).isEqualTo(16);
    long second = 32 + 11 * 64 + 64;
    long third = second + 64 * 32 + 32;
    assertThat(layout.layer(0)).isEqualTo(new LinearLayout(11, 12, 64, 64, 32, 32 + 11 * 64));
    assertThat(layout.layer(1))
        .isEqualTo(new LinearLayout(64, 64, 17, 32, second, second + 64 * 32));
    assertThat(layout.layer(2)).isEqualTo(new LinearLayout(17, 32, 3, 16, third, third + 17 * 16));
    assertThat(layout.end()).isEqualTo(third + 17 * 16 + 16);
  }

  @Test
  void namesTensorsAsPyTorchDoes() {
    List<ParameterTensor> tensors = new MlpLayout(SPEC, "critic", 0).tensors();
    assertThat(tensors)
        .extracting(ParameterTensor::name)
        .containsExactly(
            "critic.0.weight",
            "critic.0.bias",
            "critic.2.weight",
            "critic.2.bias",
            "critic.4.weight",
            "critic.4.bias");
    assertThat(tensors)
        .extracting(ParameterTensor::shape)
        .startsWith(Shape.of(64, 11), Shape.of(64), Shape.of(17, 64), Shape.of(17));
  }

  @Test
  void tensorsGoInAndOutWithoutTouchingPadding() {
    try (Arena arena = Arena.ofConfined()) {
      MlpLayout layout = new MlpLayout(SPEC, "net", 0);
      FloatSlab slab = FloatSlab.allocate(arena, layout.end());
      slab.fill(-1);
      long written = 0;
      for (ParameterTensor tensor : layout.tensors()) {
        float[] values = new float[(int) tensor.shape().elements()];
        for (int i = 0; i < values.length; i++) {
          values[i] = i;
        }
        tensor.put(slab, values);
        assertThat(tensor.get(slab)).isEqualTo(values);
        written += values.length;
      }
      // PyTorch's [out][in] has become [in][out]: output 16, input 5 of the second layer
      LinearLayout second = layout.layer(1);
      assertThat(slab.get(second.weights() + 5 * 32 + 16)).isEqualTo(16 * 64 + 5);
      assertThat(slab.get(second.weights() + 5 * 32 + 17)).isEqualTo(-1);
      long untouched = 0;
      for (float value : slab.toArray()) {
        untouched += value == -1 ? 1 : 0;
      }
      assertThat(untouched).isEqualTo(layout.end() - written);
    }
  }

  @Test
  void aNetworkWithoutHiddenLayersIsLinear() {
    MlpLayout layout = new MlpLayout(new MlpSpec(4, List.of(), 2, Activation.RELU), "net", 0);
    assertThat(layout.layers()).isEqualTo(1);
    assertThat(layout.end()).isEqualTo(4 * 16 + 16);
  }

  @Test
  void aTrunkEndsWithItsLastHiddenLayer() {
    MlpSpec trunk = new MlpSpec(11, List.of(64, 17), 0, Activation.TANH);
    assertThat(trunk.layers()).isEqualTo(2);
    assertThat(trunk.width()).isEqualTo(17);
    assertThat(SPEC.width()).isEqualTo(3);
    assertThat(trunk.forwardFlop()).isEqualTo(2 * (11 * 64 + 64 * 17));
    assertThat(trunk.backwardFlop()).isEqualTo(2 * (11 * 64 + 2 * 64 * 17));
    MlpLayout layout = new MlpLayout(trunk, "trunk", 0);
    assertThat(layout.tensors()).hasSize(4);
    assertThat(layout.outputStride()).isEqualTo(32);
    assertThat(layout.activated()).isEqualTo(2);
    assertThat(new MlpLayout(SPEC, "actor", 0).activated()).isEqualTo(2);
  }

  @Test
  void rejectsSizesThatMakeNoSense() {
    assertThatThrownBy(() -> new MlpSpec(0, List.of(64), 1, Activation.TANH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("inputs=0");
    assertThatThrownBy(() -> new MlpSpec(1, List.of(64, 0), 1, Activation.TANH))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MlpSpec(1, List.of(), 0, Activation.TANH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inputs=1, hidden=[], outputs=0, required: >= 1, outputs of a trunk 0");
    assertThatThrownBy(() -> new MlpSpec(1, List.of(64), -1, Activation.TANH))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MlpSpec(1, List.of(), 1, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MlpLayout(SPEC, "net", 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start=8");
    assertThatThrownBy(() -> new LinearLayout(3, 2, 16, 16, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LinearLayout(3, 4, 17, 24, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rejectsTensorsOfAnotherSize() {
    try (Arena arena = Arena.ofConfined()) {
      MlpLayout layout = new MlpLayout(SPEC, "net", 0);
      FloatSlab slab = FloatSlab.allocate(arena, layout.end());
      ParameterTensor bias = layout.tensors().get(1);
      assertThatThrownBy(() -> bias.put(slab, new float[63]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("net.0.bias: values=63, required=64");
    }
  }
}
