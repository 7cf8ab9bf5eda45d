package stride.reinforce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Journal;
import stride.nn.ChildJvm;

/** The same bits whatever runs REINFORCE: interpreter, compilers, lanes, 1, 2 or 3 threads. */
final class ReinforceDeterminismTest {
  // of which the compilers are waited for
  private static final int ROUNDS = 10;

  @Test
  @Tag("long") // A2C's test holds the losses to it, and DQN's the memory
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
    assertThat(ChildJvm.checksum(ReinforceBits.class, 2, ROUNDS, flags.split(" ")))
        .isEqualTo(ChildJvm.checksum(ReinforceBits.class, 1, 1, "-Xint"));
  }

  static Stream<Map<String, String>> variants() {
    return Stream.of(
        Map.of(),
        TinyReinforce.RICH,
        Map.of("baseline", "true", "norm_returns", "false"),
        Map.of("num_envs", "1", "num_steps", "1", "episodes_per_update", "1"),
        Map.of("episodes_per_update", "50", "steps_per_iteration", "3000"));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void bitsDoNotDependOnThreads(Map<String, String> changes) {
    compare(TinyReinforce.CART_POLE, changes);
  }

  @Test
  void bitsOfAGaussianDoNotDependOnThreads() {
    compare(Tasks.of("Hopper-v5"), Map.of());
    compare(Tasks.of("Hopper-v5"), Map.of("state_dependent_std", "true", "baseline", "true"));
  }

  private static void compare(Task task, Map<String, String> changes) {
    try (var one = new TinyReinforce(task, 1, changes).iterate(3);
        var two = new TinyReinforce(task, 2, changes).iterate(3);
        var three = new TinyReinforce(task, 3, changes).iterate(3);
        var shorter = new TinyReinforce(task, 1, changes).iterate(2)) {
      assertThat(one.updates()).isPositive();
      assertThat(two.checksum()).isEqualTo(one.checksum());
      assertThat(three.checksum()).isEqualTo(one.checksum());
      assertThat(shorter.checksum()).isNotEqualTo(one.checksum());
    }
  }

  /** Saved in the middle of episodes, and gone on with by another number of threads. */
  @ParameterizedTest
  @MethodSource("variants")
  void bitsAreThoseOfAnUninterruptedRun(Map<String, String> changes) {
    try (var whole = new TinyReinforce(2, changes).iterate(3);
        var begun = new TinyReinforce(1, changes).iterate(2);
        var resumed = new TinyReinforce(3, changes)) {
      final Journal journal = begun.learner.journal().orElseThrow();
      final long oldest = journal.oldestNeeded();
      resumed.learner.restore(begun.learner.state()); // and with it the number of steps
      resumed
          .learner
          .journal()
          .orElseThrow()
          .restore(oldest, journal.rows(oldest, journal.steps()));
      assertThat(resumed.iterate(1).checksum()).isEqualTo(whole.checksum());
    }
  }
}
