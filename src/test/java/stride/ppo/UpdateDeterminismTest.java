package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.nn.ChildJvm;

/** The same bits whatever runs an update: interpreter, C1, C2, 16, 8 or 4 lanes, 1 or 2 threads. */
final class UpdateDeterminismTest {
  // of which the compilers are waited for: by then C2 has compiled a hundred methods of ours
  private static final int ROUNDS = 30;

  private static String interpreted;

  @BeforeAll
  static void runInTheInterpreter() {
    interpreted = ChildJvm.checksum(UpdateBits.class, 1, 1, "-Xint");
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
    assertThat(ChildJvm.checksum(UpdateBits.class, 2, ROUNDS, flags.split(" ")))
        .isEqualTo(interpreted);
  }
}
