package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Targets and losses: what both twins do, and that they do it alike to the bit. */
class SacKernelsTest {
  private static final SacKernels REFERENCE = SacBackends.kernels(Backend.REFERENCE);
  private static final SacKernels CPU = SacBackends.kernels(Backend.CPU);
  private static final int STRIDE = 16;

  static Stream<SacKernels> twins() {
    return Stream.of(REFERENCE, CPU);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 64, 333})
  void twinsAgreeToTheBit(int rows) {
    assertThat(run(CPU, rows)).isEqualTo(run(REFERENCE, rows));
  }

  /** Everything that the kernels put out, as bits; NaN, infinities, zeros of both signs go in. */
  private static List<Integer> run(SacKernels kernels, int rows) {
    var random = new RandomStream(rows, Purpose.BENCHMARK);
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab first = noise(arena, random, rows, STRIDE);
      FloatSlab second = noise(arena, random, rows, STRIDE);
      second.set(0, first.get(0)); // equals
      FloatSlab logProbs = noise(arena, random, rows);
      FloatSlab rewards = noise(arena, random, rows);
      FloatSlab discounts = noise(arena, random, rows);
      FloatSlab targets = FloatSlab.allocate(arena, rows);
      FloatSlab losses = FloatSlab.allocate(arena, rows);
      FloatSlab d = FloatSlab.allocate(arena, rows, STRIDE);
      FloatSlab e = FloatSlab.allocate(arena, rows, STRIDE);
      List<Integer> bits = new ArrayList<>();
      kernels.targets(0.2f, first, second, logProbs, rewards, discounts, targets, rows);
      kernels.criticLoss(first, targets, 0.125f, d, losses, rows);
      add(bits, targets, losses, d);
      kernels.actorLoss(0.2f, 0.125f, first, second, logProbs, d, e, losses, rows);
      add(bits, losses, d, e);
      return bits;
    }
  }

  private static FloatSlab noise(Arena arena, RandomStream random, long... dims) {
    final float[] odd = {Float.NaN, 0, -0f, 1, -1, Float.POSITIVE_INFINITY};
    FloatSlab slab = FloatSlab.allocate(arena, dims);
    for (long i = 0; i < slab.length(); i++) {
      int chance = random.nextInt(60);
      slab.set(i, chance < odd.length ? odd[chance] : (float) random.nextGaussian());
    }
    return slab;
  }

  private static void add(List<Integer> bits, FloatSlab... slabs) {
    for (FloatSlab slab : slabs) {
      for (float each : slab.toArray()) {
        bits.add(Float.floatToIntBits(each));
      }
    }
  }

  private static FloatSlab slab(Arena arena, float[] numbers, long... dims) {
    FloatSlab slab = FloatSlab.allocate(arena, dims);
    slab.set(0, numbers);
    return slab;
  }

  @ParameterizedTest
  @MethodSource("twins")
  void theSmallerTargetCounts(SacKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab first = slab(arena, new float[] {5, 9, 5, 9, 3, 9}, 3, 2);
      FloatSlab second = slab(arena, new float[] {4, -9, 6, -9, Float.NaN, -9}, 3, 2);
      FloatSlab logProbs = slab(arena, new float[] {2, 2, 2}, 3);
      FloatSlab rewards = slab(arena, new float[] {1, 1, 1}, 3);
      FloatSlab discounts = slab(arena, new float[] {0.5f, 0, 0.5f}, 3);
      FloatSlab targets = FloatSlab.allocate(arena, 3);
      kernels.targets(0.25f, first, second, logProbs, rewards, discounts, targets, 3);
      assertThat(targets.toArray()).containsExactly(2.75f, 1, Float.NaN);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void errorsOfACriticAreSquared(SacKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab values = slab(arena, new float[] {3, 9, 0.5f, 9}, 2, 2);
      FloatSlab targets = slab(arena, new float[] {1, 1}, 2);
      FloatSlab gradients = slab(arena, new float[] {8, 8, 8, 8}, 2, 2);
      FloatSlab losses = FloatSlab.allocate(arena, 2);
      kernels.criticLoss(values, targets, 0.5f, gradients, losses, 2);
      assertThat(losses.toArray()).containsExactly(4, 0.25f);
      assertThat(gradients.toArray()).containsExactly(2, 8, -0.5f, 8);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void theActorLearnsFromTheSmallerCritic(SacKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab first = slab(arena, new float[] {5, 9, 5, 9, 3, 9}, 3, 2);
      FloatSlab second = slab(arena, new float[] {4, -9, 6, -9, 3, -9}, 3, 2);
      FloatSlab logProbs = slab(arena, new float[] {2, -2, 0}, 3);
      FloatSlab d = slab(arena, new float[] {8, 8, 8, 8, 8, 8}, 3, 2);
      FloatSlab e = slab(arena, new float[] {8, 8, 8, 8, 8, 8}, 3, 2);
      FloatSlab losses = FloatSlab.allocate(arena, 3);
      kernels.actorLoss(0.5f, 0.25f, first, second, logProbs, d, e, losses, 3);
      assertThat(losses.toArray()).containsExactly(-3, -6, -3);
      assertThat(d.toArray()).containsExactly(0, 8, -0.25f, 8, -0.25f, 8);
      assertThat(e.toArray()).containsExactly(-0.25f, 8, 0, 8, 0, 8);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void excessIsSummedOverTheRows(SacKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab logProbs = slab(arena, new float[] {2, -1, 100}, 3);
      assertThat(kernels.excess(logProbs, -3, 2)).isEqualTo(-5);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void slabsThatAreTooSmallAreRefused(SacKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab one = FloatSlab.allocate(arena, 1);
      FloatSlab rows = FloatSlab.allocate(arena, 2, STRIDE);
      assertThatThrownBy(() -> kernels.criticLoss(rows, one, 1, rows, one, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> kernels.targets(1, rows, rows, one, one, one, one, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
