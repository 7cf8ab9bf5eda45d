package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.nn.ChildJvm;

/** The same bits whatever runs the kernels: interpreter, C1, C2, 16, 8 or 4 lanes, any parts. */
final class SacDeterminismTest {
  // of which the compilers are waited for: by then C2 has compiled a hundred methods of ours
  private static final int ROUNDS = 100;

  private static String interpreted;

  @BeforeAll
  static void runInTheInterpreter() {
    interpreted = ChildJvm.checksum(SacBits.class, 1, 1, "-Xint");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:+UseSerialGC", // no flag that matters
        "-XX:TieredStopAtLevel=1",
        "-XX:UseAVX=2",
        "-XX:UseAVX=2 -XX:MaxVectorSize=16"
      })
  void bitsAreThoseOfTheInterpreter(String flags) {
    assertThat(ChildJvm.checksum(SacBits.class, 3, ROUNDS, flags.split(" ")))
        .isEqualTo(interpreted);
  }
}
