package stride.sac;

import java.util.List;
import java.util.Map;

/**
 * A program that prints a checksum of what is learnt in an iteration, over and over, so that the
 * interpreter, C1 and C2 take part; a checksum that changes ends it.
 */
final class SacLearnerBits {
  private SacLearnerBits() {}

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
    for (Map<String, String> changes : List.of(Map.<String, String>of(), TinySac.RICH)) {
      try (var tiny = new TinySac(threads, changes).iterate(1)) {
        checksum = checksum * 31 + tiny.checksum();
      }
    }
    return checksum;
  }
}
