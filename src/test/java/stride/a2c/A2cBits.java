package stride.a2c;

import java.util.List;
import java.util.Map;

/**
 * A program that prints a checksum of what is learnt in two iterations, over and over, so that the
 * interpreter, C1 and C2 take part; a checksum that changes ends it.
 */
final class A2cBits {
  private static final List<Map<String, String>> KINDS =
      List.of(Map.of(), TinyA2c.RICH, TinyA2c.SHARED);

  private A2cBits() {}

  /** Arguments: threads, and how many rounds. */
  public static void main(String[] args) {
    int threads = Integer.parseInt(args[0]);
    int rounds = Integer.parseInt(args[1]);
    long first = round(threads);
    for (int k = 1; k < rounds; k++) {
      long next = round(threads);
      if (next != first) {
        throw new AssertionError("bits changed while running: " + first + ", " + next);
      }
    }
    System.out.println("checksum " + Long.toHexString(first));
  }

  private static long round(int threads) {
    long checksum = 0;
    for (Map<String, String> changes : KINDS) {
      try (var tiny = new TinyA2c(threads, changes).iterate(2)) {
        checksum = checksum * 31 + tiny.checksum();
      }
    }
    return checksum;
  }
}
