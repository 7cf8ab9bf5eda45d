package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;

/** The twins' kernels of the backward pass beside each other, all but exp and log to the bit. */
@Tag("vector")
final class BackwardParityTest {
  private static final int LENGTH = 3024; // blocks of 1024 and the rest of one

  private final Kernels reference = Backends.kernels(Backend.REFERENCE);
  private final Kernels cpu = Backends.kernels(Backend.CPU);
  private Arena arena;

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @MethodSource({"stride.nn.AbstractKernelsTest#sizes", "stride.nn.AbstractKernelsTest#wideSizes"})
  void linearGradientAgreesToTheBit(int in, int out, int rows) {
    LinearLayout layer = TestData.linear(in, out);
    FloatSlab x = TestData.normals(arena, 61, 1, rows, layer.inputStride());
    FloatSlab d = TestData.normals(arena, 62, 1, rows, layer.outputStride());
    FloatSlab want = TestData.layer(arena, 63, layer); // to be overwritten
    FloatSlab got = TestData.layer(arena, 64, layer);
    reference.linearGradient(x, 0, d, layer, want, rows, null);
    cpu.linearGradient(x, 0, d, layer, got, rows, null);
    assertThat(got.sameBits(want)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "64, 1, 64",
    "64, 3, 32",
    "128, 6, 64",
    "64, 8, 7",
    "64, 9, 16",
    "65, 3, 16",
    "16, 2, 1"
  })
  void linearGradientAgreesToTheBitWhereItMayUseScratch(int in, int out, int rows) {
    LinearLayout layer = TestData.linear(in, out);
    assertGradient(layer, rows, (long) out * layer.inputStride());
  }

  @ParameterizedTest
  @MethodSource("stride.nn.AbstractKernelsTest#wideSizes")
  void linearGradientOfWideLayersAgreesToTheBit(int in, int out, int rows) {
    assertGradient(TestData.linear(in, out), rows, (long) rows * Kernels.PANEL);
  }

  /** Blocks of rows go by the room that there is, which may be none. */
  @ParameterizedTest
  @ValueSource(ints = {16, 8 * Kernels.PANEL - 16, 8 * Kernels.PANEL, 1600, 3200, 9600})
  void littleScratchGivesTheSameGradient(int room) {
    assertGradient(TestData.linear(201, 80), 203, room);
  }

  private void assertGradient(LinearLayout layer, int rows, long room) {
    FloatSlab x = TestData.normals(arena, 61, 1, rows, layer.inputStride());
    FloatSlab d = FloatSlab.allocate(arena, rows, layer.outputStride()); // padding 0
    FloatSlab drawn = TestData.normals(arena, 62, 1, rows, layer.outputs());
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < layer.outputs(); o++) {
        d.set((long) r * layer.outputStride() + o, drawn.get((long) r * layer.outputs() + o));
      }
    }
    FloatSlab want = TestData.layer(arena, 63, layer); // to be overwritten
    FloatSlab got = TestData.layer(arena, 64, layer);
    FloatSlab scratch = TestData.normals(arena, 65, 1, room);
    reference.linearGradient(x, 0, d, layer, want, rows, null);
    cpu.linearGradient(x, 0, d, layer, got, rows, scratch);
    assertThat(got.sameBits(want)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 64", "64, 64", "65, 17", "17, 3", "256, 65", "16, 16"})
  void transposedWeightsAreTheWeights(int in, int out) {
    MlpLayout mlp = new MlpLayout(new MlpSpec(2, List.of(in), out, Activation.TANH), "p", 0);
    TransposedLayout transposed = new TransposedLayout(mlp);
    FloatSlab p = FloatSlab.allocate(arena, mlp.end());
    for (ParameterTensor tensor : mlp.tensors()) {
      tensor.put(p, TestData.normals(arena, 65, 1, tensor.shape().elements()).toArray());
    }
    FloatSlab want = FloatSlab.allocate(arena, transposed.size());
    FloatSlab got = FloatSlab.allocate(arena, transposed.size());
    transposed.update(reference, p, want);
    transposed.update(cpu, p, got);
    assertThat(got.sameBits(want)).isTrue();
    LinearLayout forward = mlp.layer(1);
    LinearLayout backward = transposed.layer(1);
    for (int k = 0; k < in; k++) {
      for (int o = 0; o < out; o++) {
        assertThat(got.get(backward.weights() + (long) o * backward.outputStride() + k))
            .isEqualTo(p.get(forward.weights() + (long) k * forward.outputStride() + o));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsAgreeToTheBit(Activation activation) {
    FloatSlab y = TestData.normals(arena, 66, 0.5, LENGTH);
    FloatSlab want = TestData.normals(arena, 67, 1, LENGTH);
    FloatSlab got = TestData.normals(arena, 67, 1, LENGTH);
    reference.activateBackward(activation, y, want, LENGTH);
    cpu.activateBackward(activation, y, got, LENGTH);
    assertThat(got.sameBits(want)).isTrue();
  }

  @Test
  void sumsAgreeToTheBit() {
    FloatSlab x = TestData.normals(arena, 70, 1, LENGTH);
    FloatSlab want = TestData.normals(arena, 71, 1, LENGTH);
    FloatSlab got = TestData.normals(arena, 71, 1, LENGTH);
    reference.add(x, want, want);
    cpu.add(x, got, got);
    assertThat(got.sameBits(want)).isTrue();
    assertThat(got.get(0)).isEqualTo(x.get(0) + TestData.normals(arena, 71, 1, LENGTH).get(0));
    FloatSlab lanes = FloatSlab.allocate(arena, 16);
    double squares = cpu.sumOfSquares(got, lanes);
    assertThat(squares).isEqualTo(reference.sumOfSquares(want, lanes));
    FloatSlab wantSums = FloatSlab.allocate(arena, 3, 16);
    FloatSlab gotSums = FloatSlab.allocate(arena, 3, 16);
    reference.blockSquares(want, wantSums);
    cpu.blockSquares(got, gotSums);
    assertThat(gotSums.sameBits(wantSums)).isTrue();
    double exact = 0;
    for (float each : got.toArray()) {
      exact += (double) each * each;
    }
    // 64 roundings to 24 bits in each of 16 sums
    assertThat(squares).isCloseTo(exact, within(1e-6 * exact));
  }

  @Test
  void adamAgreesToTheBit() {
    FloatSlab[] want = new FloatSlab[4];
    FloatSlab[] got = new FloatSlab[4];
    for (int i = 0; i < 4; i++) {
      want[i] = TestData.normals(arena, 80 + i, 1, LENGTH);
      got[i] = TestData.normals(arena, 80 + i, 1, LENGTH);
    }
    for (long i = 0; i < LENGTH; i++) { // mean squares are not negative
      want[3].set(i, Math.abs(want[3].get(i)));
      got[3].set(i, want[3].get(i));
    }
    Adam adam = new Adam(1e-5);
    adam.prepare(3, 1e-3, 0.7);
    reference.adam(adam, want[0], want[1], want[2], want[3], 16, LENGTH - 32);
    cpu.adam(adam, got[0], got[1], got[2], got[3], 16, LENGTH - 32);
    for (int i = 0; i < 4; i++) {
      assertThat(got[i].sameBits(want[i])).as("slab %d", i).isTrue();
    }
  }

  @Test
  void rmsPropAgreesToTheBit() {
    FloatSlab[] want = new FloatSlab[3];
    FloatSlab[] got = new FloatSlab[3];
    for (int i = 0; i < 3; i++) {
      want[i] = TestData.normals(arena, 80 + i, 1, LENGTH);
      got[i] = TestData.normals(arena, 80 + i, 1, LENGTH);
    }
    for (long i = 0; i < LENGTH; i++) { // mean squares are not negative
      want[2].set(i, Math.abs(want[2].get(i)));
      got[2].set(i, want[2].get(i));
    }
    RmsProp rule = new RmsProp(1e-5);
    rule.prepare(1e-3, 0.7);
    reference.rmsProp(rule, want[0], want[1], want[2], 16, LENGTH - 32);
    cpu.rmsProp(rule, got[0], got[1], got[2], 16, LENGTH - 32);
    for (int i = 0; i < 3; i++) {
      assertThat(got[i].sameBits(want[i])).as("slab %d", i).isTrue();
    }
  }

  @Test
  void gradientDescentAgreesToTheBit() {
    FloatSlab gradients = TestData.normals(arena, 83, 1, LENGTH);
    FloatSlab want = TestData.normals(arena, 84, 1, LENGTH);
    FloatSlab got = TestData.normals(arena, 84, 1, LENGTH);
    reference.sgd(7e-3f, want, gradients, 16, LENGTH - 32);
    cpu.sgd(7e-3f, got, gradients, 16, LENGTH - 32);
    assertThat(got.sameBits(want)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(floats = {0.005f, 0.7f, 1})
  void followersAgreeToTheBit(float tau) {
    FloatSlab source = TestData.normals(arena, 85, 1, LENGTH);
    FloatSlab want = TestData.normals(arena, 86, 1, LENGTH);
    FloatSlab got = TestData.normals(arena, 86, 1, LENGTH);
    reference.lerp(want, source, tau, 16, LENGTH - 32);
    cpu.lerp(got, source, tau, 16, LENGTH - 32);
    assertThat(got.sameBits(want)).isTrue();
  }

  @Test
  void exponentialsAndLogarithmsAgree() {
    FloatSlab x = TestData.normals(arena, 90, 3, LENGTH);
    FloatSlab want = FloatSlab.allocate(arena, LENGTH);
    FloatSlab got = FloatSlab.allocate(arena, LENGTH);
    reference.exp(x, 0, want, 0, LENGTH);
    cpu.exp(x, 0, got, 0, LENGTH);
    for (long i = 0; i < LENGTH; i++) {
      // the polynomial's 1e-7, and one rounding
      assertThat(got.get(i)).isCloseTo(want.get(i), within(2e-7f * want.get(i)));
    }
    reference.log(want, 0, want, 0, LENGTH);
    cpu.log(got, 0, got, 0, LENGTH);
    for (long i = 0; i < LENGTH; i++) {
      assertThat(got.get(i)).isCloseTo(want.get(i), within(1e-6f * (1 + Math.abs(want.get(i)))));
    }
  }
}
