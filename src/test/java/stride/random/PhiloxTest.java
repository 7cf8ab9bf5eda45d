package stride.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.memory.IntSlab;

final class PhiloxTest {
  /**
   * philox4x32-10 of kat_vectors in the Random123 distribution; a key's first word is the low one.
   */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 0000000000000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffffffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, 299f31d0a4093822, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void givesTheKnownAnswers(String counter, String key, String answer) {
    int[] words = words(counter);
    Philox philox = new Philox();
    philox.block(words[0], words[1], words[2], words[3], Long.parseUnsignedLong(key, 16));
    assertThat(new int[] {philox.word0, philox.word1, philox.word2, philox.word3})
        .isEqualTo(words(answer));
  }

  private static int[] words(String hex) {
    String[] parts = hex.split(" ", -1);
    int[] words = new int[parts.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = Integer.parseUnsignedInt(parts[i], 16);
    }
    return words;
  }

  @Test
  void fillIsOneBlockAfterTheOther() {
    long seed = 0x123456789abcdefL;
    long position = 0x1000000002L;
    int rows = 5;
    int pairs = 6;
    Philox philox = new Philox();
    try (Arena arena = Arena.ofConfined()) {
      IntSlab even = IntSlab.allocate(arena, rows, pairs);
      IntSlab odd = IntSlab.allocate(arena, rows, pairs);
      Philox.fill(seed, Purpose.ACTION, 100, rows, position, pairs, even, odd);
      for (int row = 0; row < rows; row++) {
        for (int block = 0; block < pairs / 2; block++) {
          philox.block(
              100 + row,
              (int) position,
              (int) (position >>> 32),
              Purpose.ACTION.counterWord(block),
              seed);
          long at = (long) row * pairs + 2L * block;
          assertThat(even.get(at)).isEqualTo(philox.word0);
          assertThat(odd.get(at)).isEqualTo(philox.word1);
          assertThat(even.get(at + 1)).isEqualTo(philox.word2);
          assertThat(odd.get(at + 1)).isEqualTo(philox.word3);
        }
      }
    }
  }

  @Test
  void fillOfARowDoesNotDependOnTheOthers() {
    try (Arena arena = Arena.ofConfined()) {
      IntSlab even = IntSlab.allocate(arena, 8, 4);
      IntSlab odd = IntSlab.allocate(arena, 8, 4);
      IntSlab evenAlone = IntSlab.allocate(arena, 1, 4);
      IntSlab oddAlone = IntSlab.allocate(arena, 1, 4);
      Philox.fill(1, Purpose.ACTION, 0, 8, 7, 4, even, odd);
      Philox.fill(1, Purpose.ACTION, 5, 1, 7, 4, evenAlone, oddAlone);
      for (int k = 0; k < 4; k++) {
        assertThat(evenAlone.get(k)).isEqualTo(even.get(5 * 4 + k));
        assertThat(oddAlone.get(k)).isEqualTo(odd.get(5 * 4 + k));
      }
    }
  }

  @Test
  void seedPurposeIndexAndPositionAllCount() {
    Set<Integer> seen = new HashSet<>();
    int streams = 0;
    try (Arena arena = Arena.ofConfined()) {
      IntSlab even = IntSlab.allocate(arena, 2);
      IntSlab odd = IntSlab.allocate(arena, 2);
      for (long seed : new long[] {0, 1, 1L << 32}) {
        for (Purpose purpose : Purpose.values()) {
          for (int index = 0; index < 3; index++) {
            for (long position : new long[] {0, 1, 1L << 32}) {
              Philox.fill(seed, purpose, index, 1, position, 2, even, odd);
              seen.add(even.get(0));
              streams++;
            }
          }
        }
      }
    }
    // 162 words of 32 bits: the chance that two are equal is 3e-6, and the seeds are fixed
    assertThat(seen).hasSize(streams);
  }

  @Test
  void wordsAloneAreThoseOfAStream() {
    for (long position : new long[] {0, 3, 5L << 32}) {
      RandomStream stream = new RandomStream(9, Purpose.SAMPLE);
      stream.seek(4, position);
      for (int block = 0; block < 3; block++) {
        long words = Philox.words(9, Purpose.SAMPLE, 4, position, block);
        assertThat((int) words).isEqualTo(stream.nextInt());
        assertThat((int) (words >>> 32)).isEqualTo(stream.nextInt());
        stream.nextInt();
        stream.nextInt();
      }
    }
  }

  @Test
  void rejectsOddPairsAndSlabsThatAreTooSmall() {
    try (Arena arena = Arena.ofConfined()) {
      IntSlab even = IntSlab.allocate(arena, 8);
      IntSlab odd = IntSlab.allocate(arena, 7);
      assertThatThrownBy(() -> Philox.fill(1, Purpose.ACTION, 0, 2, 0, 3, even, even))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("pairs=3");
      assertThatThrownBy(() -> Philox.fill(1, Purpose.ACTION, 0, 2, 0, 4, even, odd))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> Philox.fill(1, Purpose.ACTION, 0, 2, 0, 4, odd, even))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(even.toArray()).containsOnly(0);
      assertThat(odd.toArray()).containsOnly(0);
    }
  }
}
