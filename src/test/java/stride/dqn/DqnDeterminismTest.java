package stride.dqn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Journal;
import stride.nn.ChildJvm;

/** The same bits whatever runs DQN: interpreter, C1, C2, 16, 8 or 4 lanes, 1, 2 or 3 threads. */
final class DqnDeterminismTest {
  // of which the compilers are waited for: by then C2 has compiled a hundred methods of ours
  private static final int ROUNDS = 10;

  private static String interpreted;

  @BeforeAll
  static void runInTheInterpreter() {
    interpreted = ChildJvm.checksum(DqnBits.class, 1, 1, "-Xint");
  }

  @Test
  void bitsAreThoseOfTheInterpreter() {
    assertBits("-XX:+UseSerialGC"); // no flag that matters
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-XX:TieredStopAtLevel=1", "-XX:UseAVX=2", "-XX:UseAVX=2 -XX:MaxVectorSize=16"})
  @Tag("long") // twins of the kernels are compared with these flags anyway
  void bitsOfC1AndOfShortVectorsAreThoseOfTheInterpreter(String flags) {
    assertBits(flags);
  }

  private static void assertBits(String flags) {
    assertThat(ChildJvm.checksum(DqnBits.class, 2, ROUNDS, flags.split(" ")))
        .isEqualTo(interpreted);
  }

  static Stream<Map<String, String>> variants() {
    return Stream.of(
        Map.of(),
        TinyDqn.RICH,
        Map.of("optimizer", "rmsprop", "double_q", "true"),
        Map.of("optimizer", "sgd", "prioritized_replay", "true", "gradient_steps", "3"),
        Map.of("epsilon_schedule", "exponential", "epsilon_by", "episodes"),
        Map.of("hidden", "200,176", "update_parts", "3")); // so many that they are shared
  }

  @ParameterizedTest
  @MethodSource("variants")
  void bitsDoNotDependOnThreads(Map<String, String> changes) {
    try (var one = new TinyDqn(1, changes).iterate(3);
        var two = new TinyDqn(2, changes).iterate(3);
        var three = new TinyDqn(3, changes).iterate(3);
        var shorter = new TinyDqn(1, changes).iterate(2)) {
      assertThat(two.checksum()).isEqualTo(one.checksum());
      assertThat(three.checksum()).isEqualTo(one.checksum());
      assertThat(shorter.checksum()).isNotEqualTo(one.checksum());
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void bitsAreThoseOfAnUninterruptedRun(Map<String, String> changes) {
    try (var whole = new TinyDqn(2, changes).iterate(3);
        var begun = new TinyDqn(1, changes).iterate(2);
        var resumed = new TinyDqn(3, changes)) {
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

  @Test
  void theFirstParametersHaveASeedOfTheirOwn() {
    try (var one = new TinyDqn(1, Map.of("init_seed", "77"));
        var other = new TinyDqn(1, Map.of("init_seed", "78"));
        var runs = new TinyDqn(1, Map.of());
        var same = new TinyDqn(1, Map.of("init_seed", Long.toString(TinyDqn.SEED)))) {
      assertThat(one.parameters().sameBits(other.parameters())).isFalse();
      assertThat(runs.parameters().sameBits(same.parameters())).isTrue();
      assertThat(runs.parameters().sameBits(one.parameters())).isFalse();
    }
  }
}
