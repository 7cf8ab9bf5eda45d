package stride.ppo;

import java.util.List;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.PolicySpec.Distribution;

/**
 * A program that prints a checksum of the parameters after a few updates, over and over for some
 * seconds, so that the interpreter, C1 and C2 take part; a checksum that changes ends it.
 */
final class UpdateBits {
  private UpdateBits() {}

  /** Arguments: threads, and how many seconds to go on after the first round. */
  public static void main(String[] args) {
    int threads = Integer.parseInt(args[0]);
    long end = System.nanoTime() + (long) (Double.parseDouble(args[1]) * 1e9);
    long first = round(threads);
    while (System.nanoTime() < end) {
      long next = round(threads);
      if (next != first) {
        throw new AssertionError("bits changed while running: " + first + ", " + next);
      }
    }
    System.out.println("checksum " + Long.toHexString(first));
  }

  private static long round(int threads) {
    long checksum = 0;
    for (Distribution distribution : Distribution.values()) {
      var config = AbstractUpdateTest.config(3, 2, AdvantageNormalization.MINIBATCH, null);
      var sizes = new UpdateFixture.Sizes(6, 19, 11, 3, List.of(17, 65));
      try (var fixture =
          new UpdateFixture(
              Backend.CPU, distribution, sizes, threads, GaeConfig.DEFAULTS, config)) {
        fixture.fill(13);
        fixture.ppo.update(1e-3);
        FloatSlab parameters = fixture.ppo.parameters();
        for (long i = 0; i < parameters.length(); i++) {
          checksum = checksum * 31 + Float.floatToRawIntBits(parameters.get(i));
        }
      }
    }
    return checksum;
  }
}
