package stride.sac;

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

/** The same bits whatever runs SAC: interpreter, C1, C2, 16, 8 or 4 lanes, 1, 2 or 3 threads. */
final class SacDeterminismTest {
  // of which the compilers are waited for: by then C2 has compiled a hundred methods of ours
  private static final int ROUNDS = 10;
  private static final int ROUNDS_OF_KERNELS = 100;

  private static final String NO_FLAG_THAT_MATTERS = "-XX:+UseSerialGC";

  private static String interpretedKernels;
  private static String interpreted;

  @BeforeAll
  static void runInTheInterpreter() {
    interpretedKernels = ChildJvm.checksum(SacBits.class, 1, 1, "-Xint");
    interpreted = ChildJvm.checksum(SacLearnerBits.class, 1, 1, "-Xint");
  }

  private static void assertBits(String flags) {
    assertThat(ChildJvm.checksum(SacLearnerBits.class, 2, ROUNDS, flags.split(" ")))
        .isEqualTo(interpreted);
  }

  private static void assertBitsOfKernels(String flags) {
    assertThat(ChildJvm.checksum(SacBits.class, 3, ROUNDS_OF_KERNELS, flags.split(" ")))
        .isEqualTo(interpretedKernels);
  }

  @ParameterizedTest
  @ValueSource(strings = {NO_FLAG_THAT_MATTERS, "-XX:UseAVX=2"})
  void bitsOfKernelsAreThoseOfTheInterpreter(String flags) {
    assertBitsOfKernels(flags);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:TieredStopAtLevel=1", "-XX:UseAVX=2 -XX:MaxVectorSize=16"})
  @Tag("long") // other kernels are compared with these flags anyway
  void bitsOfKernelsByC1AndInShortVectorsAreThoseOfTheInterpreter(String flags) {
    assertBitsOfKernels(flags);
  }

  @Test
  void bitsAreThoseOfTheInterpreter() {
    assertBits(NO_FLAG_THAT_MATTERS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-XX:TieredStopAtLevel=1", "-XX:UseAVX=2", "-XX:UseAVX=2 -XX:MaxVectorSize=16"})
  @Tag("long") // kernels are compared with these flags anyway
  void bitsOfC1AndOfShortVectorsAreThoseOfTheInterpreter(String flags) {
    assertBits(flags);
  }

  static Stream<Map<String, String>> variants() {
    return Stream.of(
        Map.of(),
        TinySac.RICH,
        Map.of("autotune", "false", "alpha", "0.3", "policy_frequency", "3", "num_envs", "2"),
        Map.of("fresh_log_probs", "false", "update_parts", "1", "eval_every", "4"),
        Map.of("hidden", "136,128", "update_parts", "3"), // so many that they are shared
        Map.of(
            "hidden", "136,128",
            "policy_frequency", "1",
            "fresh_log_probs", "false",
            "target_network_frequency", "3",
            "gradient_steps", "2"));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void bitsDoNotDependOnThreads(Map<String, String> changes) {
    try (var one = new TinySac(1, changes).iterate(2);
        var two = new TinySac(2, changes).iterate(2);
        var three = new TinySac(3, changes).iterate(2);
        var shorter = new TinySac(1, changes).iterate(1)) {
      assertThat(two.checksum()).isEqualTo(one.checksum());
      assertThat(three.checksum()).isEqualTo(one.checksum());
      assertThat(shorter.checksum()).isNotEqualTo(one.checksum());
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void bitsAreThoseOfAnUninterruptedRun(Map<String, String> changes) {
    try (var whole = new TinySac(2, changes).iterate(2);
        var begun = new TinySac(1, changes).iterate(1);
        var resumed = new TinySac(3, changes)) {
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
    try (var one = new TinySac(1, Map.of("init_seed", "77"));
        var other = new TinySac(1, Map.of("init_seed", "78"));
        var runs = new TinySac(1, Map.of());
        var same = new TinySac(1, Map.of("init_seed", Long.toString(TinySac.SEED)))) {
      assertThat(one.parameters().sameBits(other.parameters())).isFalse();
      assertThat(runs.parameters().sameBits(same.parameters())).isTrue();
      assertThat(runs.parameters().sameBits(one.parameters())).isFalse();
    }
  }
}
