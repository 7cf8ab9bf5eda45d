package stride.bench;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Proofs of what a device computes. One that fails is said, and what was to be timed is timed all
 * the same: a GPU may be at hand for minutes only, and times say much even where a rounding is
 * larger than was expected. {@link DeviceCounter} tells the run, which fails when it ends.
 */
final class DeviceProof {
  private static final AtomicBoolean FAILED = new AtomicBoolean();

  private DeviceProof() {}

  /**
   * Runs a proof; the first one of this JVM that fails is said on stderr.
   *
   * @param proof throws an IllegalStateException if numbers are not as they should be; whatever
   *     else it throws goes on to the caller
   */
  static void run(Runnable proof) {
    try {
      proof.run();
    } catch (IllegalStateException e) {
      if (!FAILED.getAndSet(true)) {
        System.err.println("stride: proof failed: " + e.getMessage());
      }
    }
  }

  /** Whether one has failed in this JVM. */
  static boolean failed() {
    return FAILED.get();
  }
}
