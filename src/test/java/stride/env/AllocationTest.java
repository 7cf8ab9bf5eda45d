package stride.env;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.nn.ChildJvm;

/** Is nothing allocated on the Java heap by a step, resets included? */
public final class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ATTEMPTS = 10;
  private static final int WARM_UP = 2000;
  private static final int STEPS = 500;
  private static final long MAX_BYTES_PER_CALL = 64;

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "CartPole-v1"})
  void stepsAllocateNothing(String task) {
    ChildJvm.Result result = ChildJvm.runCompiled(AllocationTest.class, task);
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  /** Fails unless steps come to allocate nothing. */
  public static void main(String[] args) {
    try (Harness env = new Harness(args[0], 4)) {
      env.reset();
      // C2 may compile a second time what it found wanting
      long most = Long.MAX_VALUE;
      for (int k = 0; k < ATTEMPTS && most > MAX_BYTES_PER_CALL * STEPS; k++) {
        run(env, WARM_UP);
        env.shard.finishedEpisodes().clear();
        most = Arrays.stream(run(env, STEPS)).max().orElseThrow();
        assertThat(env.shard.finishedEpisodes().size()).as("resets among the steps").isPositive();
      }
      assertThat(most).isLessThanOrEqualTo(MAX_BYTES_PER_CALL * STEPS);
    }
  }

  /** Bytes allocated by all calls of act, advance and finish. */
  private static long[] run(Harness env, int steps) {
    long[] bytes = new long[3];
    for (int t = 0; t < steps; t++) {
      env.drawActions();
      long start = THREADS.getCurrentThreadAllocatedBytes();
      env.act();
      long acted = THREADS.getCurrentThreadAllocatedBytes();
      env.shard.advance();
      long advanced = THREADS.getCurrentThreadAllocatedBytes();
      env.shard.finish(env.out, 0, 0);
      long finished = THREADS.getCurrentThreadAllocatedBytes();
      bytes[0] += acted - start;
      bytes[1] += advanced - acted;
      bytes[2] += finished - advanced;
    }
    return bytes;
  }
}
