package stride.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.learn.Backends;
import stride.nn.Backend;
import stride.nn.ChildJvm;
import stride.nn.KernelWarmUp;

/** Once compiled, a rollout allocates at most 64 bytes: 0 bytes per env step. */
@Tag("vector")
public final class RolloutAllocationTest {
  private static final long MAX_BYTES = 64;

  // compilers go by numbers of calls: the last of them had compiled after 36 rollouts
  private static final int MOST_ROLLOUTS = 500;

  @ParameterizedTest
  @CsvSource({"sharded, false", "lockstep, false", "sharded, true"})
  void allocatesNothingOnceCompiled(String stepping, String shared) {
    ChildJvm.Result result = ChildJvm.runCompiled(RolloutAllocationTest.class, stepping, shared);
    assertThat(result.exitCode())
        .as("are the dontinline commands of jvm.args in effect? " + result.output())
        .isZero();
  }

  /** Fails unless a rollout comes to allocate nothing. */
  public static void main(String[] args) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var config = RolloutFixture.config(8, 128, Stepping.of(args[0]));
    long least = Long.MAX_VALUE;
    try (var fixture =
        Boolean.parseBoolean(args[1])
            ? RolloutFixture.shared("Hopper-v5", 1, config)
            : new RolloutFixture("Hopper-v5", 1, config)) {
      KernelWarmUp.run(fixture.policy, Backends.kernels(Backend.CPU), 8);
      for (int k = 0; k < MOST_ROLLOUTS && least > MAX_BYTES; k++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        fixture.collect();
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
    }
    if (least > MAX_BYTES) {
      throw new AssertionError(args[0] + ": " + least + " bytes in a rollout of 1024 env steps");
    }
  }
}
