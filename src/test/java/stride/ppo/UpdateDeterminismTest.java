package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.nn.ChildJvm;

/** The same bits whatever runs an update: interpreter, C1, C2, 16, 8 or 4 lanes, 1 or 2 threads. */
final class UpdateDeterminismTest {
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  // of which the compilers are waited for: by then C2 has compiled a hundred methods of ours
  private static final int ROUNDS = 30;

  private static String interpreted;

  @BeforeAll
  static void runInTheInterpreter() {
    interpreted = run(1, 1, "-Xint");
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
    assertThat(run(2, ROUNDS, flags.split(" "))).isEqualTo(interpreted);
  }

  private static String run(int threads, int rounds, String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    all.add(MODULE);
    all.add("-Xbatch");
    ChildJvm.Result result =
        ChildJvm.run(UpdateBits.class, all, Integer.toString(threads), Integer.toString(rounds));
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result
        .output()
        .lines()
        .filter(line -> line.startsWith("checksum"))
        .findFirst()
        .orElseThrow();
  }
}
