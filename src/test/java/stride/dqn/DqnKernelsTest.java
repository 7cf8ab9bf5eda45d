package stride.dqn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stride.dqn.cpu.CpuDqnKernels;
import stride.dqn.reference.ReferenceDqnKernels;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/** What both twins of the arithmetic do, and that they do it alike to the bit. */
class DqnKernelsTest {
  private static final DqnKernels REFERENCE = new ReferenceDqnKernels();
  private static final DqnKernels CPU = new CpuDqnKernels();

  static Stream<DqnKernels> twins() {
    return Stream.of(REFERENCE, CPU);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 64", "3, 7", "6, 33", "18, 5"})
  void twinsAgreeToTheBit(int actions, int rows) {
    try (Arena arena = Arena.ofConfined()) {
      var random = new RandomStream(7L * actions + rows, Purpose.BENCHMARK);
      for (TdLoss loss : TdLoss.values()) {
        Numbers numbers = new Numbers(random, actions, rows);
        assertThat(numbers.run(arena, CPU, loss)).isEqualTo(numbers.run(arena, REFERENCE, loss));
      }
    }
  }

  /** Inputs of all kernels; a NaN, infinities and zeros of both signs among them. */
  private static final class Numbers {
    private static final int STRIDE = 32;

    private final int actions;
    private final int rows;
    private final List<float[]> matrices;
    private final List<float[]> columns;
    private final int[] choices;

    Numbers(RandomStream random, int actions, int rows) {
      this.actions = actions;
      this.rows = rows;
      this.matrices = List.of(noise(random, rows * STRIDE), noise(random, rows * STRIDE));
      this.columns = List.of(noise(random, rows), noise(random, rows), noise(random, rows));
      this.choices = new int[rows];
      for (int r = 0; r < rows; r++) {
        choices[r] = random.nextInt(actions);
      }
    }

    private static float[] noise(RandomStream random, int count) {
      final float[] odd = {Float.NaN, 0, -0f, 1, -1, Float.POSITIVE_INFINITY};
      float[] numbers = new float[count];
      for (int k = 0; k < count; k++) {
        int chance = random.nextInt(60);
        numbers[k] = chance < odd.length ? odd[chance] : (float) random.nextGaussian();
      }
      return numbers;
    }

    /** Everything that the kernels put out, as bits. */
    List<Integer> run(Arena arena, DqnKernels kernels, TdLoss loss) {
      FloatSlab values = slab(arena, matrices.get(0), rows, STRIDE);
      FloatSlab next = slab(arena, matrices.get(1), rows, STRIDE);
      FloatSlab targets = FloatSlab.allocate(arena, rows);
      FloatSlab errors = FloatSlab.allocate(arena, rows + 3L);
      FloatSlab losses = FloatSlab.allocate(arena, rows);
      FloatSlab gradients = FloatSlab.allocate(arena, rows, STRIDE);
      FloatSlab weights = FloatSlab.allocate(arena, rows + 3L);
      weights.set(3, columns.get(2));
      IntSlab actionsTaken = IntSlab.allocate(arena, rows);
      for (int r = 0; r < rows; r++) {
        actionsTaken.set(r, choices[r]);
      }
      FloatSlab rewards = slab(arena, columns.get(0), rows);
      FloatSlab discounts = slab(arena, columns.get(1), rows);
      kernels.duel(actions, values, rows);
      kernels.targets(actions, next, values, rewards, discounts, targets, rows);
      kernels.loss(
          loss,
          actions,
          values,
          actionsTaken,
          targets,
          weights,
          3,
          0.125f,
          gradients,
          errors,
          losses,
          rows);
      kernels.duelBackward(actions, gradients, rows);
      return Stream.of(values, targets, errors, losses, gradients)
          .flatMap(slab -> Stream.of(slab.toArray()).flatMap(DqnKernelsTest::bits))
          .toList();
    }
  }

  private static Stream<Integer> bits(float[] numbers) {
    return Stream.iterate(0, k -> k < numbers.length, k -> k + 1)
        .map(k -> Float.floatToIntBits(numbers[k]));
  }

  private static FloatSlab slab(Arena arena, float[] numbers, long... dims) {
    FloatSlab slab = FloatSlab.allocate(arena, dims);
    slab.set(0, numbers);
    return slab;
  }

  @ParameterizedTest
  @MethodSource("twins")
  void theBestActionIsTheFirstOfEquals(DqnKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab values = slab(arena, new float[] {1, 3, 3, 9, -2, -3, -2, 9}, 2, 4);
      IntSlab choices = IntSlab.allocate(arena, 3);
      kernels.best(3, values, 2, choices, 1);
      assertThat(choices.get(0)).isZero();
      assertThat(choices.get(1)).isEqualTo(1);
      assertThat(choices.get(2)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void noActionIsChosenByNan(DqnKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab values = slab(arena, new float[] {1, 2, 1, Float.NaN}, 2, 2);
      IntSlab choices = IntSlab.allocate(arena, 2);
      assertThatThrownBy(() -> kernels.best(2, values, 2, choices, 0))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("value is NaN: row=1, action=1");
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void theTargetNetworkJudgesWhatTheOtherChooses(DqnKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab values = slab(arena, new float[] {5, 7, 5, 7}, 2, 2);
      FloatSlab choosing = slab(arena, new float[] {2, 1, 2, 1}, 2, 2);
      FloatSlab rewards = slab(arena, new float[] {1, 1}, 2);
      FloatSlab discounts = slab(arena, new float[] {0.5f, 0}, 2);
      FloatSlab targets = FloatSlab.allocate(arena, 2);
      kernels.targets(2, values, values, rewards, discounts, targets, 2);
      assertThat(targets.toArray()).containsExactly(4.5f, 1);
      kernels.targets(2, values, choosing, rewards, discounts, targets, 2);
      assertThat(targets.toArray()).containsExactly(3.5f, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void lossesAndGradientsAreWeighedAndOnlyTheChosenActionsAre(DqnKernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab values = slab(arena, new float[] {3, 9, 9, 0.5f}, 2, 2);
      IntSlab choices = IntSlab.allocate(arena, 2);
      choices.set(1, 1);
      FloatSlab targets = slab(arena, new float[] {1, 1}, 2);
      FloatSlab weights = slab(arena, new float[] {2, 4}, 2);
      FloatSlab gradients = slab(arena, new float[] {8, 8, 8, 8}, 2, 2);
      FloatSlab errors = FloatSlab.allocate(arena, 2);
      FloatSlab losses = FloatSlab.allocate(arena, 2);
      kernels.loss(
          TdLoss.HUBER,
          2,
          values,
          choices,
          targets,
          weights,
          0,
          0.5f,
          gradients,
          errors,
          losses,
          2);
      assertThat(errors.toArray()).containsExactly(2, -0.5f);
      assertThat(losses.toArray()).containsExactly(3, 0.5f);
      assertThat(gradients.toArray()).containsExactly(1, 0, 0, -1);
      kernels.loss(
          TdLoss.MSE, 2, values, choices, targets, weights, 0, 0.5f, gradients, errors, losses, 2);
      assertThat(losses.toArray()).containsExactly(8, 1);
      assertThat(gradients.toArray()).containsExactly(4, 0, 0, -2);
    }
  }

  @Test
  void anActionThatDoesNotExistIsRefused() {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab column = FloatSlab.allocate(arena, 1);
      FloatSlab row = FloatSlab.allocate(arena, 1, 16);
      IntSlab choices = IntSlab.allocate(arena, 1);
      choices.set(0, 2);
      for (DqnKernels kernels : List.of(REFERENCE, CPU)) {
        assertThatThrownBy(
                () ->
                    kernels.loss(
                        TdLoss.MSE, 2, row, choices, column, column, 0, 1, row, column, column, 1))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }
}
