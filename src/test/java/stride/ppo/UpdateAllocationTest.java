package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.learn.UpdateMode;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.ChildJvm;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;

/** Once compiled, GAE and an update allocate at most 64 bytes per call and thread. */
@Tag("vector")
public final class UpdateAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int TEAM = 2;
  private static final long MAX_BYTES = 2 * 64 * TEAM; // two calls
  private static final int QUIET_ROUNDS = 20;

  // compilers go by numbers of calls: the last of them had compiled after 447 rounds
  private static final int MOST_ROUNDS = 3000;

  @ParameterizedTest
  @CsvSource({"GAUSSIAN, false", "CATEGORICAL, true"})
  void allocatesNothingOnceCompiled(Distribution distribution, String shared) {
    assertAllocatesNothing(distribution, shared);
  }

  @ParameterizedTest
  @CsvSource({"CATEGORICAL, false", "GAUSSIAN, true", "STATE_GAUSSIAN, false"})
  @Tag("long") // each head and backbone is met above, or differs in its head alone
  void otherNetworksAllocateNothingOnceCompiled(Distribution distribution, String shared) {
    assertAllocatesNothing(distribution, shared);
  }

  private static void assertAllocatesNothing(Distribution distribution, String shared) {
    ChildJvm.Result result =
        ChildJvm.runCompiled(UpdateAllocationTest.class, distribution.name(), shared);
    assertThat(result.exitCode())
        .as("are the dontinline commands of jvm.args in effect? " + result.output())
        .isZero();
  }

  /** Fails unless GAE and updates come to allocate nothing. */
  public static void main(String[] args) {
    var config = AbstractUpdateTest.config(32, 2, AdvantageNormalization.MINIBATCH, 1e9);
    // 37 environments: whole vectors and a rest; chunks of 32 and of 5 rows
    Distribution distribution = Distribution.valueOf(args[0]);
    PolicySpec apart = PolicySpec.of(distribution, 11, 3, List.of(64, 64), Activation.TANH);
    PolicySpec spec = Boolean.parseBoolean(args[1]) ? apart.withSharedBackbone() : apart;
    long bytes = Long.MAX_VALUE;
    int quiet = 0;
    try (var fixture =
        new UpdateFixture(
            Backend.CPU, spec, 32, 37, TEAM, GaeConfig.DEFAULTS, config, UpdateMode.LAUNCHES)) {
      fixture.fill(12);
      for (int round = 0; round < MOST_ROUNDS && quiet < QUIET_ROUNDS; round++) {
        long before = THREADS.getTotalThreadAllocatedBytes();
        fixture.ppo.computeGae();
        fixture.ppo.update(1e-6);
        bytes = THREADS.getTotalThreadAllocatedBytes() - before;
        quiet = bytes <= MAX_BYTES ? quiet + 1 : 0;
      }
    }
    if (quiet < QUIET_ROUNDS) {
      throw new AssertionError(spec + ": " + bytes + " bytes per GAE and update");
    }
  }
}
