package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.nn.ChildJvm;

/** Once compiled, an iteration of many updates allocates at most 64 bytes per thread. */
@Tag("vector")
public final class SacLearnerAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int TEAM = 2;
  private static final long MAX_BYTES = 64 * TEAM;
  private static final int QUIET_ITERATIONS = 10;
  private static final int MOST_ITERATIONS = 1000;

  @ParameterizedTest
  @ValueSource(strings = {"rich", "shared"})
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
    ChildJvm.Result result = ChildJvm.runCompiled(SacLearnerAllocationTest.class, kind);
    assertThat(result.exitCode())
        .as("are the dontinline commands of jvm.args in effect? " + result.output())
        .isZero();
  }

  /** Fails unless iterations come to allocate nothing. */
  public static void main(String[] args) {
    Map<String, String> changes = changes(args[0]);
    long bytes = Long.MAX_VALUE;
    int quiet = 0;
    try (var tiny = new TinySac(TEAM, changes)) {
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

  private static Map<String, String> changes(String kind) {
    return switch (kind) {
      case "plain" -> Map.of();
      case "rich" -> TinySac.RICH;
      case "shared" -> {
        Map<String, String> wide = new HashMap<>(TinySac.RICH);
        wide.put("hidden", "136,128");
        yield wide;
      }
      default -> throw new IllegalArgumentException(kind);
    };
  }
}
