package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Backends;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Backend;
import stride.nn.SquashedHead;
import stride.random.Purpose;

/** Normals for actions, of any number of elements. */
class NoiseTest {
  private static final long SEED = 3;

  /** What is drawn for some rows: [rows][A]. */
  private static float[][] draw(
      long seed, Purpose purpose, int actions, int first, int rows, long position) {
    return draw(Backend.CPU, seed, purpose, actions, first, rows, position);
  }

  private static float[][] draw(
      Backend backend,
      long seed,
      Purpose purpose,
      int actions,
      int first,
      int rows,
      long position) {
    var head =
        new SquashedHead(Collections.nCopies(actions, -1f), Collections.nCopies(actions, 1f));
    SlabPlan plan = new SlabPlan();
    DrawnActions.plan(plan, "drawn", head, rows);
    try (SlabBlock block = plan.allocate(SlabAllocator.PAGES);
        Noise noise = new Noise(Backends.kernels(backend), seed, actions, rows)) {
      DrawnActions drawn = DrawnActions.of(block, "drawn");
      noise.draw(purpose, first, rows, position, drawn);
      float[][] all = new float[rows][actions];
      for (int r = 0; r < rows; r++) {
        for (int k = 0; k < actions; k++) {
          all[r][k] = drawn.noise().get((long) k * drawn.columnLength() + r);
        }
      }
      return all;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 17})
  void everyElementIsAStandardNormal(int actions) {
    final int rows = 20_000;
    float[][] noise = draw(SEED, Purpose.POLICY_NOISE, actions, 0, rows, 7);
    final double error = 4 / Math.sqrt(rows); // four standard errors of a mean
    for (int k = 0; k < actions; k++) {
      double sum = 0;
      double squares = 0;
      double fourth = 0;
      double beyondTwo = 0;
      for (float[] row : noise) {
        double x = row[k];
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
        beyondTwo += Math.abs(x) > 2 ? 1 : 0;
      }
      assertThat(sum / rows).isCloseTo(0, within(error));
      assertThat(squares / rows).isCloseTo(1, within(error * Math.sqrt(2)));
      assertThat(fourth / rows).isCloseTo(3, within(error * Math.sqrt(96)));
      assertThat(beyondTwo / rows).isCloseTo(0.0455, within(error * 0.21));
      assertNotCorrelated(noise, k, error);
    }
  }

  /** With no other element of the row, and with no row before. */
  private static void assertNotCorrelated(float[][] noise, int k, double error) {
    final int rows = noise.length;
    double before = 0;
    for (int r = 1; r < rows; r++) {
      before += (double) noise[r][k] * noise[r - 1][k];
    }
    assertThat(before / rows).isCloseTo(0, within(error));
    for (int other = 0; other < k; other++) {
      double product = 0;
      double squares = 0;
      for (float[] row : noise) {
        product += (double) row[k] * row[other];
        squares += ((double) row[k] * row[k] - 1) * ((double) row[other] * row[other] - 1);
      }
      assertThat(product / rows).isCloseTo(0, within(error));
      assertThat(squares / rows).isCloseTo(0, within(2 * error));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 33", "3, 16", "3, 1", "6, 100"})
  void rowsAndPositionsAreDrawnAlone(int actions, int rows) {
    float[][] all = draw(SEED, Purpose.TARGET_NOISE, actions, 0, 120, 5);
    float[][] some = draw(SEED, Purpose.TARGET_NOISE, actions, 11, rows, 5);
    for (int r = 0; r < rows; r++) {
      assertThat(some[r]).isEqualTo(all[11 + r]);
    }
    float[] again = draw(SEED, Purpose.TARGET_NOISE, actions, 11, 1, 6)[0];
    assertThat(again).isNotEqualTo(all[11]);
    assertThat(draw(SEED, Purpose.TARGET_NOISE, actions, 11, 1, 5 + (1L << 32))[0])
        .isNotEqualTo(all[11]);
    assertThat(draw(SEED, Purpose.POLICY_NOISE, actions, 11, 1, 5)[0]).isNotEqualTo(all[11]);
    assertThat(draw(SEED + 1, Purpose.TARGET_NOISE, actions, 11, 1, 5)[0]).isNotEqualTo(all[11]);
    assertThat(all[12]).isNotEqualTo(all[11]);
  }

  /** The first elements are the same however many there are. */
  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"CPU", "REFERENCE"})
  void anOddNumberOfElementsLacksTheLastOfOneMore(Backend backend) {
    float[][] three = draw(backend, SEED, Purpose.ACTION, 3, 2, 40, 1);
    float[][] four = draw(backend, SEED, Purpose.ACTION, 4, 2, 40, 1);
    for (int r = 0; r < 40; r++) {
      assertThat(three[r]).containsExactly(four[r][0], four[r][1], four[r][2]);
    }
  }
}
