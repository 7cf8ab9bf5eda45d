package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
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
  @ValueSource(strings = {"-XX:+UseSerialGC" /* no flag that matters */, "-XX:UseAVX=2"})
  void bitsAreThoseOfTheInterpreter(String flags) {
    assertBits(flags);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:TieredStopAtLevel=1", "-XX:UseAVX=2 -XX:MaxVectorSize=16"})
  @Tag("long") // twins of the kernels are compared with these flags anyway
  void bitsOfC1AndOfShortVectorsAreThoseOfTheInterpreter(String flags) {
    assertBits(flags);
  }

  private static void assertBits(String flags) {
    assertThat(ChildJvm.checksum(UpdateBits.class, 2, ROUNDS, flags.split(" ")))
        .isEqualTo(interpreted);
  }
}
