package stride.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Backends;
import stride.learn.SavedState;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.nn.Kernels;

final class ParameterCopyTest {
  private static final int SIZE = 48;
  private static final double EPS = 1e-5;

  private final Kernels kernels = Backends.kernels(Backend.REFERENCE);
  private Arena arena;
  private LongSlab counters;

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
    counters = LongSlab.allocate(arena, 2);
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private ParameterCopy copy(String optimizer, double maxGradNorm) {
    return new ParameterCopy(
        SIZE, kernels, OptimizerKind.of(optimizer).optimizer(EPS), maxGradNorm);
  }

  /** Learns from two parts whose gradients add up to one value everywhere; gives the norm. */
  private double step(ParameterCopy copy, long number, double learningRate, float gradient) {
    try (GradientParts parts = new GradientParts(SIZE, 2, kernels, 1)) {
      int first = parts.firstSlot(number);
      parts.slot(first).fill(2 * gradient);
      parts.slot(first + 1).fill(-gradient);
      parts.own(number, 2, 0, 2);
      double norm = copy.reduce(parts, number, 2);
      copy.step(number, learningRate, norm);
      return norm;
    }
  }

  @ParameterizedTest
  @CsvSource({"adam, -0.01, 1e-6", "rmsprop, -0.1, 1e-5", "sgd, -0.02, 1e-9"})
  void optimizersTakeTheirFirstSteps(String optimizer, double want, double tolerance) {
    // of a gradient of 2 at rate 0.01: 0.01, 0.01 / sqrt(0.01), 0.01 * 2; eps is some 1e-5 of them
    try (var copy = copy(optimizer, Double.POSITIVE_INFINITY)) {
      assertThat(step(copy, 1, 0.01, 2)).isEqualTo(2 * Math.sqrt(SIZE));
      for (float each : copy.parameters().toArray()) {
        assertThat((double) each).isCloseTo(want, offset(tolerance));
      }
      assertThat(copy.gradients().toArray()).containsOnly(2);
    }
  }

  @Test
  void clipsTheNormOfGradients() {
    try (var copy = copy("sgd", 0.5)) {
      step(copy, 1, 1, 2);
      double norm = 0;
      for (float each : copy.parameters().toArray()) {
        norm += (double) each * each;
      }
      // 0.5 but for the 1e-6 that PyTorch adds to the norm, and roundings
      assertThat(Math.sqrt(norm)).isCloseTo(0.5, offset(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1e-30f, 1e15f})
  void neverClipsWithoutALimit(float gradient) {
    try (var copy = copy("sgd", Double.POSITIVE_INFINITY)) {
      step(copy, 1, 0.5, gradient);
      assertThat(copy.parameters().toArray()).containsOnly(0 - gradient / 2);
      assertThat(copy.finite()).isTrue();
    }
  }

  @Test
  void anInfiniteNormIsNotClippedEitherWithoutALimit() {
    try (var copy = copy("sgd", Double.POSITIVE_INFINITY)) {
      assertThat(step(copy, 1, 1e-30, 1e30f)).isInfinite(); // its squares exceed all floats
      assertThat(copy.parameters().toArray()).containsOnly(-(float) 1e-30 * 1e30f);
    }
  }

  @Test
  void aLimitLeavesGradientsOfZeroAlone() {
    try (var copy = copy("rmsprop", 0.5)) {
      step(copy, 1, 0.5, 0);
      assertThat(copy.parameters().toArray()).containsOnly(0);
    }
  }

  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void aRestoredCopyGoesOnBitByBit(OptimizerKind kind) {
    try (var whole = copy(kind.toString(), 0.5);
        var resumed = copy(kind.toString(), 0.5);
        var other = copy(kind.toString(), 0.5)) {
      step(whole, 1, 0.01, 1);
      step(whole, 2, 0.01, -3);
      SavedState.copy(resumed.state(counters), whole.state(counters));
      other.copyFrom(whole);
      step(whole, 3, 0.01, 0.1f);
      step(resumed, 3, 0.01, 0.1f);
      step(other, 3, 0.01, 0.1f);
      Map<String, Slab> want = whole.state(counters);
      resumed.state(counters).forEach((name, slab) -> assertSame(name, slab, want));
      other.state(counters).forEach((name, slab) -> assertSame(name, slab, want));
    }
  }

  private static void assertSame(String name, Slab slab, Map<String, Slab> want) {
    assertThat(slab.sameBits(want.get(name))).as(name).isTrue();
  }

  @Test
  void momentsOfOneOptimizerAreNotAnothers() {
    try (var adam = copy("adam", 0.5);
        var rmsProp = copy("rmsprop", 0.5);
        var sgd = copy("sgd", 0.5)) {
      assertThat(List.copyOf(rmsProp.state(counters).keySet()))
          .isEqualTo(List.of("parameters", "rmsprop_squares", "update_counters"));
      assertThat(List.copyOf(sgd.state(counters).keySet()))
          .isEqualTo(List.of("parameters", "update_counters"));
      assertThatThrownBy(() -> SavedState.copy(rmsProp.state(counters), adam.state(counters)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rmsprop_squares=none");
    }
  }

  @Test
  void aTargetFollowsSlowlyOrAtOnce() {
    FloatSlab source = FloatSlab.allocate(arena, SIZE);
    source.fill(4);
    try (var target = TargetCopy.of(SIZE, kernels)) {
      assertThat(target.parameters().toArray()).hasSize(SIZE).containsOnly(0);
      target.follow(source, 0.25);
      assertThat(target.parameters().toArray()).containsOnly(1);
      target.follow(source, 0.25);
      assertThat(target.parameters().toArray()).containsOnly(1.75f);
      source.fill(0.1f);
      target.follow(source, 1);
      assertThat(target.parameters().sameBits(source)).isTrue();
    }
  }
}
