package stride.a2c;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.env.Task;
import stride.env.Tasks;
import stride.nn.ChildJvm;

/** The same bits whatever runs A2C: interpreter, C1, C2, 16, 8 or 4 lanes, 1, 2 or 3 threads. */
final class A2cDeterminismTest {
  // of which the compilers are waited for
  private static final int ROUNDS = 10;

  private static String interpreted;

  @BeforeAll
  static void runInTheInterpreter() {
    interpreted = ChildJvm.checksum(A2cBits.class, 1, 1, "-Xint");
  }

  @Test
  void bitsAreThoseOfTheInterpreter() {
    assertBits("-XX:+UseSerialGC"); // no flag that matters
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-XX:UseAVX=2", "-XX:TieredStopAtLevel=1", "-XX:UseAVX=2 -XX:MaxVectorSize=16"})
  @Tag("long") // twins of the kernels are compared with these flags anyway
  void bitsOfOtherVectorsAreThoseOfTheInterpreter(String flags) {
    assertBits(flags);
  }

  private static void assertBits(String flags) {
    assertThat(ChildJvm.checksum(A2cBits.class, 2, ROUNDS, flags.split(" ")))
        .isEqualTo(interpreted);
  }

  static Stream<Map<String, String>> variants() {
    return Stream.of(
        Map.of(),
        TinyA2c.RICH,
        TinyA2c.SHARED,
        Map.of("num_steps", "1"),
        Map.of("num_steps", "1", "shared_backbone", "true"),
        Map.of("num_envs", "1", "num_steps", "1", "steps_per_iteration", "50"),
        Map.of("num_envs", "40", "optimizer", "sgd"));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void bitsDoNotDependOnThreads(Map<String, String> changes) {
    compare(TinyA2c.CART_POLE, changes);
  }

  /** A Gaussian whose observations and rewards are normalised. */
  @Test
  void bitsOfAGaussianDoNotDependOnThreads() {
    compare(Tasks.of("Hopper-v5"), Map.of());
    compare(Tasks.of("Hopper-v5"), Map.of("state_dependent_std", "true"));
    compare(Tasks.of("Hopper-v5"), TinyA2c.SHARED);
  }

  private static void compare(Task task, Map<String, String> changes) {
    try (var one = new TinyA2c(task, 1, changes).iterate(3);
        var two = new TinyA2c(task, 2, changes).iterate(3);
        var three = new TinyA2c(task, 3, changes).iterate(3);
        var shorter = new TinyA2c(task, 1, changes).iterate(2)) {
      assertThat(two.checksum()).isEqualTo(one.checksum());
      assertThat(three.checksum()).isEqualTo(one.checksum());
      assertThat(shorter.checksum()).isNotEqualTo(one.checksum());
    }
  }

  /** Saved in the middle of episodes, and gone on with by another number of threads. */
  @ParameterizedTest
  @MethodSource("variants")
  void bitsAreThoseOfAnUninterruptedRun(Map<String, String> changes) {
    try (var whole = new TinyA2c(2, changes).iterate(3);
        var begun = new TinyA2c(1, changes).iterate(2);
        var resumed = new TinyA2c(3, changes)) {
      resumed.learner.restore(begun.learner.state());
      assertThat(resumed.iterate(1).checksum()).isEqualTo(whole.checksum());
    }
  }
}
