package stride.random;

import java.lang.foreign.ValueLayout;
import java.util.Objects;
import stride.memory.IntSlab;

/**
 * Philox4x32-10: maps a 128-bit counter and a 64-bit key to four random 32-bit words.
 *
 * <p>Salmon et al. 2011; known answers are in the Random123 distribution. The four words of the
 * last block stay in the object, which never escapes from the loops that use it.
 */
public final class Philox {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;
  private static final long LOW = 0xFFFFFFFFL;

  /** Blocks within one position: what is left of word 3 beside the purpose. */
  static final int MAX_BLOCKS = 1 << 24;

  int word0;
  int word1;
  int word2;
  int word3;

  /** A generator without a block yet. */
  Philox() {}

  void block(int c0, int c1, int c2, int c3, long key) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & LOW);
      long product1 = MULTIPLIER_1 * (c2 & LOW);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c1 = (int) product1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    word0 = c0;
    word1 = c1;
    word2 = c2;
    word3 = c3;
  }

  /**
   * Two random words, alone: word 0 of a block in the low half, word 1 in the high one.
   *
   * @param position which numbers of an index
   * @param block which block of the position, in [0, 2^24)
   */
  public static long words(long seed, Purpose purpose, int index, long position, int block) {
    Objects.checkIndex(block, MAX_BLOCKS);
    final Philox philox = new Philox();
    philox.block(index, (int) position, (int) (position >>> 32), purpose.counterWord(block), seed);
    return (long) philox.word1 << 32 | (philox.word0 & LOW);
  }

  /**
   * Random words for consecutive indices at one position, dealt into two slabs as the two inputs
   * that Box-Muller wants: word 2k of an index goes to {@code even}, word 2k + 1 to {@code odd}.
   *
   * @param position which numbers of an index
   * @param pairs pairs per index, even
   * @param even overwritten: [rows, pairs] or longer
   * @param odd overwritten: [rows, pairs] or longer; another slab than {@code even}
   * @throws IllegalArgumentException if pairs is odd or too large
   */
  public static void fill(
      long seed,
      Purpose purpose,
      int firstIndex,
      int rows,
      long position,
      int pairs,
      IntSlab even,
      IntSlab odd) {
    if ((pairs & 1) != 0 || pairs < 0 || pairs / 2 > MAX_BLOCKS) {
      throw new IllegalArgumentException("pairs=" + pairs + ", required: even, >= 0, <= 2^25");
    }
    long count = Math.multiplyExact((long) rows, pairs);
    Objects.checkFromIndexSize(0, count, Math.min(even.length(), odd.length()));
    final var evens = even.segment();
    final var odds = odd.segment();
    final Philox philox = new Philox();
    final int low = (int) position;
    final int high = (int) (position >>> 32);
    long at = 0;
    for (int row = 0; row < rows; row++) {
      for (int block = 0; block < pairs / 2; block++) {
        philox.block(firstIndex + row, low, high, purpose.counterWord(block), seed);
        evens.set(ValueLayout.JAVA_INT, at, philox.word0);
        odds.set(ValueLayout.JAVA_INT, at, philox.word1);
        evens.set(ValueLayout.JAVA_INT, at + 4, philox.word2);
        odds.set(ValueLayout.JAVA_INT, at + 4, philox.word3);
        at += 8;
      }
    }
  }
}
