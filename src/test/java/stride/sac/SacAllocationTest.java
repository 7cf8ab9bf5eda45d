package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import stride.nn.Backend;
import stride.nn.ChildJvm;

/** Once compiled, calls of all kernels allocate at most 64 bytes: no vector is boxed. */
@Tag("vector")
public final class SacAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROWS = 63; // whole vectors and the rest of one
  private static final int CALLS = 100;
  private static final long MAX_BYTES_PER_CALL = 64;

  // C2 may still compile a kernel anew after it has been quiet
  private static final int QUIET_ROUNDS = 50;
  private static final int MOST_ROUNDS = 1000;

  @Test
  void kernelsAllocateNothingOnceCompiled() {
    ChildJvm.Result result = ChildJvm.runCompiled(SacAllocationTest.class);
    assertThat(result.exitCode())
        .as("are the dontinline commands of jvm.args in effect? " + result.output())
        .isZero();
  }

  /** Fails unless all kernels come to allocate nothing. */
  public static void main(String[] args) {
    long bytes = Long.MAX_VALUE;
    int quiet = 0;
    try (var many = new SacCalls(SacBackends.kernels(Backend.CPU), 5, 0, ROWS);
        var one = new SacCalls(SacBackends.kernels(Backend.CPU), 5, 0, 1)) {
      for (int round = 0; round < MOST_ROUNDS && quiet < QUIET_ROUNDS; round++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int k = 0; k < CALLS; k++) {
          many.run();
          one.run();
        }
        bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS;
        quiet = bytes <= MAX_BYTES_PER_CALL ? quiet + 1 : 0;
      }
    }
    if (quiet < QUIET_ROUNDS) {
      throw new AssertionError(bytes + " bytes per call");
    }
  }
}
