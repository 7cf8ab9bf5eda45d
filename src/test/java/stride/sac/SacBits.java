package stride.sac;

import stride.nn.Backend;
import stride.parallel.Partition;

/**
 * A program that prints a checksum of what the kernels put out, over and over, so that the
 * interpreter, C1 and C2 take part; a checksum that changes ends it.
 */
final class SacBits {
  private static final int ROWS = 69;
  private static final int CALLS = 20;

  private SacBits() {}

  /** Arguments: parts that the rows are cut into, and how many rounds. */
  public static void main(String[] args) {
    int parts = Integer.parseInt(args[0]);
    int rounds = Integer.parseInt(args[1]);
    long first = round(parts);
    for (int k = 1; k < rounds; k++) {
      long next = round(parts);
      if (next != first) {
        throw new AssertionError("bits changed while running: " + first + ", " + next);
      }
    }
    System.out.println("checksum " + Long.toHexString(first));
  }

  private static long round(int parts) {
    long checksum = 0;
    for (int part = 0; part < parts; part++) {
      int from = Partition.start(ROWS, part, parts);
      int to = Partition.start(ROWS, part + 1, parts);
      try (var calls = new SacCalls(SacBackends.kernels(Backend.CPU), 3, from, to - from)) {
        for (int k = 0; k < CALLS; k++) {
          calls.run();
        }
        checksum = calls.checksum(checksum);
      }
    }
    return checksum;
  }
}
