package stride.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All bounds are four standard deviations (chi-square: of its own) for fixed seeds. */
final class RandomStreamTest {
  private static final int DRAWS = 200_000;

  private static List<Integer> draw(RandomStream stream, int index, long position) {
    stream.seek(index, position);
    List<Integer> words = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      words.add(stream.nextInt());
    }
    return words;
  }

  @Test
  void drawsTheWordsOfPhilox() {
    RandomStream stream = new RandomStream(42, Purpose.RESET);
    List<Integer> words = draw(stream, 3, 5L << 32 | 7);
    Philox philox = new Philox();
    philox.block(3, 7, 5, Purpose.RESET.counterWord(0), 42);
    assertThat(words)
        .startsWith(philox.word0, philox.word1, philox.word2, philox.word3)
        .doesNotHaveDuplicates();
    philox.block(3, 7, 5, Purpose.RESET.counterWord(1), 42);
    assertThat(words.subList(4, 8))
        .containsExactly(philox.word0, philox.word1, philox.word2, philox.word3);
  }

  @Test
  void streamsDoNotDependOnOrder() {
    RandomStream forwards = new RandomStream(1, Purpose.RESET);
    RandomStream backwards = new RandomStream(1, Purpose.RESET);
    List<List<Integer>> want = new ArrayList<>();
    for (int index = 0; index < 5; index++) {
      want.add(draw(forwards, index, 9));
    }
    for (int index = 4; index >= 0; index--) {
      assertThat(draw(backwards, index, 9)).isEqualTo(want.get(index));
    }
    assertThat(want).doesNotHaveDuplicates();
  }

  @Test
  void purposesAndSeedsDiffer() {
    List<List<Integer>> all = new ArrayList<>();
    for (Purpose purpose : Purpose.values()) {
      for (long seed = 0; seed < 3; seed++) {
        all.add(draw(new RandomStream(seed, purpose), 0, 0));
      }
    }
    assertThat(all).doesNotHaveDuplicates();
  }

  @Test
  void codesOfPurposesAreFixed() {
    // they are part of every result ever published
    assertThat(Purpose.RESET.counterWord(5)).isEqualTo(0x01000005);
    assertThat(Purpose.ACTION.counterWord(0)).isEqualTo(0x02000000);
    assertThat(Purpose.PARAMETERS.counterWord(0)).isEqualTo(0x03000000);
    assertThat(Purpose.SHUFFLE.counterWord(0)).isEqualTo(0x04000000);
    assertThat(Purpose.SEEDING.counterWord(0)).isEqualTo(0x05000000);
    assertThat(Purpose.BENCHMARK.counterWord(0xffffff)).isEqualTo(0x06ffffff);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 10, 64, 100, 1000})
  void boundedIntsAreUniform(int bound) {
    RandomStream stream = new RandomStream(bound, Purpose.SHUFFLE);
    int[] counts = new int[bound];
    for (int i = 0; i < DRAWS; i++) {
      counts[stream.nextInt(bound)]++;
    }
    double want = (double) DRAWS / bound;
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - want) * (count - want) / want;
    }
    // mean bound - 1, variance 2 (bound - 1)
    assertThat(chiSquare).isCloseTo(bound - 1, offset(4 * Math.sqrt(2.0 * (bound - 1))));
  }

  @Test
  void boundsThatDoNotDivideTheWordsAreUniformToo() {
    // 2^32 words on 3 * 2^29 values: without drawing again, two values of three would have three
    // words each and every third value two, so that it came a quarter of the time
    int bound = 3 << 29;
    RandomStream stream = new RandomStream(1, Purpose.SHUFFLE);
    double third = 0;
    for (int i = 0; i < DRAWS; i++) {
      int value = stream.nextInt(bound);
      assertThat(value).isBetween(0, bound - 1);
      third += value % 3 == 2 ? 1 : 0;
    }
    assertThat(third / DRAWS).isCloseTo(1 / 3.0, offset(4 * Math.sqrt(2 / 9.0 / DRAWS)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void rejectsBoundsBelowOne(int bound) {
    RandomStream stream = new RandomStream(1, Purpose.SHUFFLE);
    assertThatThrownBy(() -> stream.nextInt(bound))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bound=" + bound);
  }

  @Test
  void doublesAreUniformInTheUnitInterval() {
    RandomStream stream = new RandomStream(2, Purpose.RESET);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
      double u = stream.nextDouble();
      assertThat(u >= 0 && u < 1).isTrue();
      sum += u;
      squares += u * u;
    }
    double n = DRAWS;
    // variances of u and of u^2: 1/12 and 4/45
    assertThat(sum / n).isCloseTo(0.5, offset(4 * Math.sqrt(1 / 12.0 / n)));
    assertThat(squares / n).isCloseTo(1 / 3.0, offset(4 * Math.sqrt(4 / 45.0 / n)));
  }

  @Test
  void uniformsStayInTheirInterval() {
    RandomStream stream = new RandomStream(3, Purpose.RESET);
    for (int i = 0; i < 1000; i++) {
      assertThat(stream.uniform(-0.005, 0.005)).isBetween(-0.005, 0.005);
    }
  }

  @Test
  void gaussiansHaveTheMomentsOfNormals() {
    RandomStream stream = new RandomStream(4, Purpose.RESET);
    double[] moments = new double[4];
    for (int i = 0; i < DRAWS; i++) {
      double z = stream.nextGaussian();
      double power = 1;
      for (int k = 0; k < 4; k++) {
        power *= z;
        moments[k] += power / DRAWS;
      }
    }
    double root = Math.sqrt(DRAWS);
    assertThat(moments[0]).isCloseTo(0, offset(4 / root));
    assertThat(moments[1]).isCloseTo(1, offset(4 * Math.sqrt(2) / root));
    assertThat(moments[2]).isCloseTo(0, offset(4 * Math.sqrt(15) / root));
    assertThat(moments[3]).isCloseTo(3, offset(4 * Math.sqrt(96) / root));
  }
}
