package stride.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stride.memory.DoubleSlab;

/** The same seed gives the same bits, however the work is shared. */
@Tag("vector")
class RolloutDeterminismTest {
  private static final int ROLLOUTS = 3;

  static Stream<Arguments> waysToShare() {
    return Stream.of("Hopper-v5", "HalfCheetah-v5", "CartPole-v1")
        .flatMap(
            task ->
                Stream.of(
                    Arguments.of(task, 2, Stepping.SHARDED),
                    Arguments.of(task, 3, Stepping.SHARDED),
                    Arguments.of(task, 1, Stepping.LOCKSTEP),
                    Arguments.of(task, 3, Stepping.LOCKSTEP)));
  }

  @ParameterizedTest
  @MethodSource("waysToShare")
  void bitsDoNotDependOnThreadsOrStepping(String task, int threads, Stepping stepping) {
    try (var alone = fixture(task, 1, Stepping.SHARDED);
        var shared = fixture(task, threads, stepping)) {
      for (int k = 0; k < ROLLOUTS; k++) {
        assertThat(mismatch(alone.collect(), shared.collect())).as("rollout %d", k).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, SHARDED", "3, SHARDED", "1, LOCKSTEP", "2, LOCKSTEP"})
  void neitherDoThoseOfASharedBackbone(int threads, Stepping stepping) {
    try (var alone =
            RolloutFixture.shared("Hopper-v5", 1, RolloutFixture.config(7, 40, Stepping.SHARDED));
        var shared =
            RolloutFixture.shared("Hopper-v5", threads, RolloutFixture.config(7, 40, stepping))) {
      for (int k = 0; k < ROLLOUTS; k++) {
        assertThat(mismatch(alone.collect(), shared.collect())).as("rollout %d", k).isEqualTo(-1);
      }
    }
  }

  @Test
  void moreThreadsThanEnvironmentsAreFine() {
    var config = RolloutFixture.config(2, 16, Stepping.SHARDED);
    try (var alone = new RolloutFixture("Hopper-v5", 1, config);
        var many = new RolloutFixture("Hopper-v5", 5, config)) {
      assertThat(mismatch(alone.collect(), many.collect())).isEqualTo(-1);
    }
  }

  @Test
  void anotherSeedGivesOtherBits() {
    var other = RolloutConfig.of(7, 40, RolloutFixture.SEED + 1, Stepping.SHARDED);
    try (var one = fixture("Hopper-v5", 1, Stepping.SHARDED);
        var two = new RolloutFixture("Hopper-v5", 1, other)) {
      assertThat(mismatch(one.collect(), two.collect())).isNotEqualTo(-1);
    }
  }

  @Test
  void continuesFromASavedStateWithOtherThreads() {
    try (var first = fixture("Hopper-v5", 2, Stepping.SHARDED);
        var second = fixture("Hopper-v5", 3, Stepping.SHARDED);
        var lockstep = fixture("Hopper-v5", 1, Stepping.LOCKSTEP)) {
      first.collect();
      first.collect();
      var state = DoubleSlab.allocate(first.arena, first.rollout.stateSize());
      first.rollout.saveState(state);
      second.collect(); // something else, to be overwritten
      second.rollout.restoreState(state);
      lockstep.rollout.restoreState(state);
      for (int k = 0; k < ROLLOUTS; k++) {
        RolloutSlabs expected = first.collect();
        assertThat(mismatch(expected, second.collect())).isEqualTo(-1);
        assertThat(mismatch(expected, lockstep.collect())).isEqualTo(-1);
      }
    }
  }

  private static RolloutFixture fixture(String task, int threads, Stepping stepping) {
    return new RolloutFixture(task, threads, RolloutFixture.config(7, 40, stepping));
  }

  /** Where all slabs first differ, in bytes; -1 if nowhere. */
  private static long mismatch(RolloutSlabs one, RolloutSlabs two) {
    MemorySegment memory = one.block().memory();
    return memory.mismatch(two.block().memory());
  }
}
