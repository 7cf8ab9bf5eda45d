package stride.reinforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.nn.ChildJvm;

/** Once compiled, an iteration of many rounds allocates at most 64 bytes per thread. */
public final class ReinforceAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int TEAM = 2;
  private static final long MAX_BYTES = 64 * TEAM;
  private static final int QUIET_ITERATIONS = 10;
  private static final int MOST_ITERATIONS = 1000;

  @ParameterizedTest
  @ValueSource(strings = "rich")
  void allocatesNothingOnceCompiled(String kind) {
    assertNothing(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = "plain")
  @Tag("long") // the others do most of what these do
  void allocatesNothingOnceCompiledEither(String kind) {
    assertNothing(kind);
  }

  private static void assertNothing(String kind) {
    ChildJvm.Result result = ChildJvm.runCompiled(ReinforceAllocationTest.class, kind);
    assertThat(result.exitCode())
        .as("are the dontinline commands of jvm.args in effect? " + result.output())
        .isZero();
  }

  /** Fails unless iterations come to allocate nothing; evaluations do allocate. */
  public static void main(String[] args) {
    Map<String, String> changes = new LinkedHashMap<>();
    if (args[0].equals("rich")) {
      changes.putAll(TinyReinforce.RICH);
    }
    changes.put("steps_per_iteration", "3000");
    changes.put("learning_rate", "1e-4");
    changes.put("eval_every", "0");
    long bytes = Long.MAX_VALUE;
    int quiet = 0;
    try (var tiny = new TinyReinforce(TEAM, changes)) {
      for (int k = 0; k < MOST_ITERATIONS && quiet < QUIET_ITERATIONS; k++) {
        long before = THREADS.getTotalThreadAllocatedBytes();
        tiny.iterate(1);
        bytes = THREADS.getTotalThreadAllocatedBytes() - before;
        quiet = bytes <= MAX_BYTES ? quiet + 1 : 0;
      }
    }
    if (quiet < QUIET_ITERATIONS) {
      throw new AssertionError(args[0] + ": " + bytes + " bytes per iteration");
    }
  }
}
