package stride.learn;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Work on throw-away data until its code is compiled. */
public final class Quiet {
  // a few hundred bytes when all is compiled, megabytes if a single kernel is not
  private static final long FEW_BYTES = 20_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Quiet() {}

  /**
   * Works on this thread until that allocates next to nothing, at least once.
   *
   * @param work one iteration or so
   * @param start the time that seconds count from, of {@link System#nanoTime}
   * @param seconds after which no more work begins
   */
  public static void until(Runnable work, long start, double seconds) {
    long allocated;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      work.run();
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    } while (allocated > FEW_BYTES && System.nanoTime() - start < seconds * 1e9);
  }
}
