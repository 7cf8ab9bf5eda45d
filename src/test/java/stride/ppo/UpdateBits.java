package stride.ppo;

import java.util.List;
import stride.learn.UpdateMode;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;

/**
 * A program that prints a checksum of the parameters after a few updates, over and over, so that
 * the interpreter, C1 and C2 take part; a checksum that changes ends it.
 */
final class UpdateBits {
  private UpdateBits() {}

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
    for (Distribution distribution : Distribution.values()) {
      PolicySpec apart = PolicySpec.of(distribution, 11, 3, List.of(17, 65), Activation.TANH);
      checksum = checksum * 31 + checksum(threads, apart);
    }
    PolicySpec shared =
        PolicySpec.of(Distribution.GAUSSIAN, 11, 3, List.of(17, 65), Activation.TANH)
            .withSharedBackbone();
    return checksum * 31 + checksum(threads, shared);
  }

  private static long checksum(int threads, PolicySpec spec) {
    var config = AbstractUpdateTest.config(3, 2, AdvantageNormalization.MINIBATCH, null);
    long checksum = 0;
    try (var fixture =
        new UpdateFixture(
            Backend.CPU, spec, 6, 19, threads, GaeConfig.DEFAULTS, config, UpdateMode.LAUNCHES)) {
      fixture.fill(13);
      fixture.ppo.update(1e-3);
      FloatSlab parameters = fixture.ppo.parameters();
      for (long i = 0; i < parameters.length(); i++) {
        checksum = checksum * 31 + Float.floatToRawIntBits(parameters.get(i));
      }
    }
    return checksum;
  }
}
