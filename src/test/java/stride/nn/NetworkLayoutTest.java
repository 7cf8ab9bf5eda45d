package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stride.memory.FloatSlab;
import stride.memory.Shape;

final class NetworkLayoutTest {
  private static final ChainInput SEEN = new ChainInput.Observation(5);

  private Arena arena;

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private static ChainSpec trunk(String name, Integer... hidden) {
    return ChainSpec.of(name, SEEN, new MlpSpec(5, List.of(hidden), 0, Activation.TANH));
  }

  private static ChainSpec head(String name, String from, int inputs, int outputs) {
    return ChainSpec.of(
        name,
        new ChainInput.Output(from, inputs),
        new MlpSpec(inputs, List.of(), outputs, Activation.TANH));
  }

  /** Two heads on a trunk of 9 and 18, and a vector. */
  private static NetworkLayout shared() {
    return new NetworkLayout(
        List.of(
            trunk("trunk", 9, 18),
            head("actor", "trunk", 18, 3).withHeadGain(0.01),
            head("critic", "trunk", 18, 1)),
        List.of(new ParameterVector("logstd", 3)));
  }

  @Test
  void chainsFollowOneAnotherAndVectorsComeLast() {
    NetworkLayout layout = shared();
    MlpLayout trunk = layout.chain("trunk");
    MlpLayout actor = layout.chain("actor");
    MlpLayout critic = layout.chain("critic");
    assertThat(layout.chains()).containsExactly(trunk, actor, critic);
    assertThat(trunk.start()).isZero();
    assertThat(trunk.end()).isEqualTo(5 * 16 + 16 + 9 * 32 + 32);
    assertThat(actor.start()).isEqualTo(trunk.end());
    assertThat(critic.start()).isEqualTo(actor.end());
    assertThat(layout.tensor("logstd"))
        .isEqualTo(new ParameterTensor("logstd", Shape.of(3), critic.end(), 0));
    assertThat(layout.size()).isEqualTo(critic.end() + 16);
  }

  @Test
  void aTrunkEndsWithAnActivationAndHeadsReadItsRows() {
    NetworkLayout layout = shared();
    MlpLayout trunk = layout.chain("trunk");
    assertThat(trunk.layers()).isEqualTo(2);
    assertThat(trunk.activated()).isEqualTo(2);
    assertThat(trunk.spec().width()).isEqualTo(18);
    assertThat(trunk.outputStride()).isEqualTo(32);
    MlpLayout actor = layout.chain("actor");
    assertThat(actor.activated()).isZero();
    assertThat(actor.layer(0).inputs()).isEqualTo(18);
    assertThat(actor.inputStride()).isEqualTo(32);
    assertThat(actor.input()).isEqualTo(new ChainInput.Output("trunk", 18));
  }

  @Test
  void anActionFollowsTheObservationWithoutAGap() {
    ChainInput input = new ChainInput.ObservationAndAction(11, 3);
    assertThat(input.elements()).isEqualTo(14);
    assertThat(input.stride()).isEqualTo(16);
    var layout =
        new NetworkLayout(
            List.of(ChainSpec.of("q", input, new MlpSpec(14, List.of(64), 1, Activation.RELU))),
            List.of());
    assertThat(layout.chain("q").inputStride()).isEqualTo(16);
    assertThat(layout.tensor("q.0.weight").shape()).isEqualTo(Shape.of(64, 14));
  }

  @Test
  void tensorsHaveTheNamesOfModules() {
    ChainSpec parted =
        ChainSpec.of("net", SEEN, new MlpSpec(5, List.of(8), 4, Activation.RELU))
            .withHeads(new ChainSpec.Head("one", 3, 1), new ChainSpec.Head("rest", 0, 3));
    NetworkLayout layout = new NetworkLayout(List.of(parted), List.of());
    assertThat(layout.tensors())
        .extracting(ParameterTensor::name)
        .containsExactly(
            "net.0.weight", "net.0.bias", "one.weight", "one.bias", "rest.weight", "rest.bias");
    LinearLayout last = layout.chain("net").layer(1);
    assertThat(layout.tensor("one.weight"))
        .isEqualTo(new ParameterTensor("one.weight", Shape.of(1, 8), last.weights() + 3, 16));
    assertThat(layout.tensor("rest.bias"))
        .isEqualTo(new ParameterTensor("rest.bias", Shape.of(3), last.bias(), 16));
  }

  @ParameterizedTest
  @EnumSource(Initialization.class)
  void initialParametersDependOnPlaceAndSeedAlone(Initialization how) {
    NetworkLayout layout = shared();
    FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
    parameters.fill(7);
    layout.initialize(parameters, 1, how);
    // the trunk's are those of a perceptron that stands alone
    NetworkLayout alone = new NetworkLayout(List.of(trunk("other", 9, 18)), List.of());
    FloatSlab others = FloatSlab.allocate(arena, alone.size());
    alone.initialize(others, 1, how);
    for (int k = 0; k < 4; k++) {
      assertThat(layout.tensors().get(k).get(parameters))
          .isEqualTo(alone.tensors().get(k).get(others));
    }
    assertThat(layout.tensor("logstd").get(parameters)).containsOnly(0);
    int written = 0;
    for (float value : parameters.toArray()) {
      written += value != 0 ? 1 : 0;
    }
    int weights = 5 * 9 + 9 * 18 + 18 * 3 + 18;
    int biases = 9 + 18 + 3 + 1;
    assertThat(written).isEqualTo(how == Initialization.UNIFORM ? weights + biases : weights);
  }

  @Test
  void everyHeadHasAGainOfItsOwn() {
    NetworkLayout layout = shared();
    FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
    layout.initialize(parameters, 1, Initialization.ORTHOGONAL);
    // the squares of as many unit vectors as the shorter side has
    assertThat(squares(layout, "trunk.2.weight", parameters)).isCloseTo(2 * 9, within(1e-5));
    assertThat(squares(layout, "actor.0.weight", parameters)).isCloseTo(1e-4 * 3, within(1e-9));
    assertThat(squares(layout, "critic.0.weight", parameters)).isCloseTo(1, within(1e-6));
  }

  private static double squares(NetworkLayout layout, String tensor, FloatSlab parameters) {
    double sum = 0;
    for (float value : layout.tensor(tensor).get(parameters)) {
      sum += (double) value * value;
    }
    return sum;
  }

  private static Offset<Double> within(double tolerance) {
    return Offset.offset(tolerance);
  }

  @Test
  void rejectsChainsThatDoNotFit() {
    assertRejected("two chains are called trunk", trunk("trunk", 4), trunk("trunk", 4));
    assertRejected(
        "actor reads 4 elements of trunk, before it are []",
        head("actor", "trunk", 4, 2),
        trunk("trunk", 4));
    assertRejected(
        "actor reads 5 elements of trunk, before it are [trunk of 4]",
        trunk("trunk", 4),
        head("actor", "trunk", 5, 2));
  }

  private static void assertRejected(String message, ChainSpec... specs) {
    assertThatThrownBy(() -> new NetworkLayout(List.of(specs), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void rejectsSpecsThatMakeNoSense() {
    MlpSpec sizes = new MlpSpec(5, List.of(8), 4, Activation.RELU);
    assertThatThrownBy(() -> ChainSpec.of("q", new ChainInput.ObservationAndAction(5, 1), sizes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("q: inputs=5, required: 6");
    ChainSpec whole = ChainSpec.of("q", SEEN, sizes);
    for (List<ChainSpec.Head> heads :
        List.of(
            List.<ChainSpec.Head>of(),
            List.of(new ChainSpec.Head("a", 0, 3)),
            List.of(new ChainSpec.Head("a", 0, 3), new ChainSpec.Head("b", 2, 1)),
            List.of(new ChainSpec.Head("a", 1, 4)))) {
      assertThatThrownBy(() -> whole.withHeads(heads.toArray(ChainSpec.Head[]::new)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("do not fit layers [8] and 4 outputs");
    }
    assertThatThrownBy(() -> new ChainSpec.Head("a", 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a: column=0, columns=0, required: >= 0, >= 1");
    assertThatThrownBy(() -> new ParameterVector("logstd", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("logstd: elements=0, required: >= 1");
  }

  @Test
  void rejectsUnknownNamesAndShortSlabs() {
    NetworkLayout layout = shared();
    assertThatThrownBy(() -> layout.chain("q"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no chain q, there are [trunk, actor, critic]");
    assertThatThrownBy(() -> layout.tensor("q"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no tensor q, there are [trunk.0.weight");
    FloatSlab slab = FloatSlab.allocate(arena, layout.size() - 1);
    assertThatThrownBy(() -> layout.initialize(slab, 1, Initialization.UNIFORM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("required=" + layout.size());
  }
}
