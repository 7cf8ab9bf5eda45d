package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The same bits whatever runs the kernels: interpreter, C1, C2, and 16, 8 or 4 lanes. Every JVM
 * here is one of its own, so one run of this test is enough.
 */
final class KernelsDeterminismTest {
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  // of which the compilers are waited for: by then C2 has compiled a hundred methods of ours
  private static final int ROUNDS = 300;

  private static String defaultChecksum;

  @BeforeAll
  static void runInTheDefaultJvm() {
    defaultChecksum = checksum(run(1, ROUNDS, MODULE));
  }

  @Test
  void interpretedBitsAreTheSame() {
    assertThat(checksum(run(1, 1, MODULE, "-Xint"))).isEqualTo(defaultChecksum);
  }

  @Test
  void bitsOfC1AreTheSame() {
    assertThat(checksum(run(1, ROUNDS, MODULE, "-XX:TieredStopAtLevel=1")))
        .isEqualTo(defaultChecksum);
  }

  @Test
  void bitsWithEightLanesAreTheSame() {
    String output = run(1, ROUNDS, MODULE, "-XX:UseAVX=2");
    assertThat(output).contains("8 lanes");
    assertThat(checksum(output)).isEqualTo(defaultChecksum);
  }

  @Test
  void bitsWithFourLanesAreTheSame() {
    String output = run(1, ROUNDS, MODULE, "-XX:UseAVX=2", "-XX:MaxVectorSize=16");
    assertThat(output).contains("4 lanes");
    assertThat(checksum(output)).isEqualTo(defaultChecksum);
  }

  @Test
  void otherSeedsGiveOtherBits() {
    assertThat(checksum(run(2, 1, MODULE))).isNotEqualTo(defaultChecksum);
  }

  private static String run(long seed, int rounds, String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    all.add("-Xbatch");
    ChildJvm.Result result =
        ChildJvm.run(KernelBits.class, all, Long.toString(seed), Integer.toString(rounds));
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }

  private static String checksum(String output) {
    return output.lines().filter(line -> line.startsWith("checksum")).findFirst().orElseThrow();
  }
}
