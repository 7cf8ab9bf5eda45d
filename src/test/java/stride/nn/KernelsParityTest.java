package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stride.learn.Backends;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;

/**
 * The twins beside each other: to the bit where both take the same steps, else within a tolerance.
 */
@Tag("vector")
final class KernelsParityTest {
  private static final int ROWS = 63;

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
  void linearAgreesToTheBit(int in, int out, int rows) {
    LinearLayout layer = TestData.linear(in, out);
    FloatSlab p = TestData.layer(arena, 30, layer);
    FloatSlab x = TestData.normals(arena, 31, 1, rows, layer.inputStride());
    FloatSlab want = FloatSlab.allocate(arena, rows, layer.outputStride());
    FloatSlab got = FloatSlab.allocate(arena, rows, layer.outputStride());
    reference.linear(x, 0, p, layer, want, 0, rows);
    cpu.linear(x, 0, p, layer, got, 0, rows);
    assertThat(got.sameBits(want)).isTrue();
  }

  @Test
  void reluAgreesToTheBit() {
    FloatSlab want = TestData.normals(arena, 32, 1, 1024);
    FloatSlab got = TestData.normals(arena, 32, 1, 1024);
    reference.activate(Activation.RELU, want, 0, 1024);
    cpu.activate(Activation.RELU, got, 0, 1024);
    assertThat(got.sameBits(want)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "11, 12", "17, 20", "348, 348"})
  void statisticsAgreeToTheBit(int size, int stride) {
    RunningStatistics statistics = new RunningStatistics(arena, size, stride);
    for (int k = 0; k < size; k++) {
      statistics.state().set(k, 0.3 * k - 1);
      statistics.state().set(size + k, 0.1 + k);
    }
    statistics.freeze();
    FloatSlab want = TestData.normals(arena, 33, 3, ROWS, stride);
    FloatSlab got = TestData.normals(arena, 33, 3, ROWS, stride);
    DoubleSlab wantSums = DoubleSlab.allocate(arena, ROWS, 2L * size);
    DoubleSlab gotSums = DoubleSlab.allocate(arena, ROWS, 2L * size);
    reference.accumulate(statistics, want, 0, wantSums, 0, ROWS);
    cpu.accumulate(statistics, got, 0, gotSums, 0, ROWS);
    reference.normalize(statistics, want, 0, ROWS);
    cpu.normalize(statistics, got, 0, ROWS);
    assertThat(gotSums.sameBits(wantSums)).isTrue();
    assertThat(got.sameBits(want)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, 3",
    "GAUSSIAN, 17",
    "STATE_GAUSSIAN, 6",
    "CATEGORICAL, 2",
    "CATEGORICAL, 18"
  })
  void policiesAgree(PolicySpec.Distribution distribution, int actions) {
    PolicyLayout layout =
        new PolicyLayout(
            PolicySpec.of(distribution, 11, actions, List.of(64, 64), Activation.TANH));
    FloatSlab p = FloatSlab.allocate(arena, layout.size());
    layout.initialize(p, 3);
    FloatSlab x = TestData.normals(arena, 34, 1, ROWS, layout.inputStride());
    Outcome want = new Outcome(arena, actions);
    Outcome got = new Outcome(arena, actions);
    want.run(layout, reference, p, x);
    got.run(layout, cpu, p, x);
    // three layers whose tanh differs by 3e-7, and as many roundings of numbers of a few units
    assertClose("actions", got.actions, want.actions, 2e-6);
    assertClose("log-probs", got.logProbs, want.logProbs, 1e-5);
    assertClose("values", got.values, want.values, 5e-6);
    // the seed leaves no uniform so near an edge that the twins choose differently
    assertThat(got.choices.toArray()).isEqualTo(want.choices.toArray());
  }

  private static void assertClose(String what, FloatSlab got, FloatSlab want, double tolerance) {
    double worst = 0;
    for (long i = 0; i < got.length(); i++) {
      worst = Math.max(worst, Math.abs(got.get(i) - want.get(i)));
    }
    System.out.printf("parity of %s: at most %.1e of %.1e%n", what, worst, tolerance);
    assertThat(worst).as(what).isCloseTo(0, offset(tolerance));
  }

  private record Outcome(FloatSlab actions, IntSlab choices, FloatSlab logProbs, FloatSlab values) {
    Outcome(Arena arena, int actions) {
      this(
          FloatSlab.allocate(arena, ROWS, actions),
          IntSlab.allocate(arena, ROWS),
          FloatSlab.allocate(arena, ROWS),
          FloatSlab.allocate(arena, ROWS));
    }

    void run(PolicyLayout layout, Kernels kernels, FloatSlab p, FloatSlab x) {
      try (PolicyInference inference = new PolicyInference(layout, kernels, 4)) {
        if (layout.head() instanceof ActionHead.Categorical) {
          inference.sample(p, x, 0, ROWS, Purpose.ACTION, 0, 0, choices, logProbs, 0);
        } else {
          inference.sample(p, x, 0, ROWS, Purpose.ACTION, 0, 0, actions, logProbs, 0);
        }
        inference.values(p, x, 0, ROWS, values, 0);
      }
    }
  }
}
