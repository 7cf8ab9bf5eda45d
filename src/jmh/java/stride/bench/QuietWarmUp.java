package stride.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Repeats what is about to be timed until C2 has compiled its kernels.
 *
 * <p>Until then each vector is an object. A kernel is reached through many calls, some of which are
 * rare, so that two seconds of a quick run's warm-up may not do.
 */
final class QuietWarmUp {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long LIMIT_NANOS = 10_000_000_000L;
  private static final int QUIET_ROUNDS = 3;
  private static final long FEW_BYTES = 16 << 10; // going back to a state takes some KB

  private QuietWarmUp() {}

  /** Repeats an operation until it allocates next to nothing, for some seconds at most. */
  static void run(Runnable operation) {
    final long start = System.nanoTime();
    int quiet = 0;
    while (quiet < QUIET_ROUNDS && System.nanoTime() - start < LIMIT_NANOS) {
      long before = THREADS.getTotalThreadAllocatedBytes();
      operation.run();
      quiet = THREADS.getTotalThreadAllocatedBytes() - before <= FEW_BYTES ? quiet + 1 : 0;
    }
  }
}
