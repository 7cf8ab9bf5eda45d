package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.DoubleSlab;

/** Does a restored shard continue bit for bit, in other shards too? */
class ShardStateTest {
  private static final int ENVS = 5;
  private static final int HALF = 70;
  private static final ShardOptions OPTIONS = ShardOptions.DEFAULTS.withMaxEpisodeSteps(50);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hopper-v5",
        "Walker2d-v5",
        "HalfCheetah-v5",
        "InvertedPendulum-v5",
        "CartPole-v1"
      })
  void continuesBitForBit(String task) {
    try (Trace first = new Trace(task, HALF, ENVS, 0);
        Trace second = new Trace(task, HALF, ENVS, HALF);
        Trace resumed = new Trace(task, HALF, ENVS, HALF)) {
      List<Shard> shards = Trace.split(first.task, ENVS, 2, 1, OPTIONS);
      shards.forEach(first::begin);
      shards.forEach(first::run);
      DoubleSlab saved = first.save(shards);
      shards.forEach(shard -> shard.finishedEpisodes().clear());
      shards.forEach(second::resume);
      shards.forEach(second::run);

      List<Shard> others = Trace.split(first.task, ENVS, 3, 1, OPTIONS);
      for (Shard other : others) {
        other.restoreState(saved, (long) other.firstEnv() * other.stateSize());
        assertThat(other.steps()).isEqualTo(HALF);
      }
      others.forEach(resumed::resume);
      others.forEach(resumed::run);

      assertThat(resumed.sameBits(second)).isTrue();
      assertThat(Trace.count(second.terminated) + Trace.count(second.truncated)).isPositive();
      assertThat(resumed.save(others).sameBits(second.save(shards))).isTrue();
      assertThat(windowOf(others)).containsExactly(windowOf(shards));
      shards.forEach(Shard::close);
      others.forEach(Shard::close);
    }
  }

  private static double[] windowOf(List<Shard> shards) {
    EpisodeStatistics statistics = new EpisodeStatistics();
    statistics.merge(shards.stream().map(Shard::finishedEpisodes).toList());
    return new double[] {statistics.episodes(), statistics.returnMean(), statistics.lengthMean()};
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "CartPole-v1"})
  void theObservationOfARestoredStateIsTheOneBefore(String task) {
    try (Harness env = new Harness(task, 3);
        Harness other = new Harness(task, 3)) {
      env.reset();
      env.steps(20);
      DoubleSlab saved = DoubleSlab.allocate(env.arena, 3, env.shard.stateSize());
      env.shard.saveState(saved, 0);
      other.shard.restoreState(saved, 0);
      other.shard.currentObservations(other.obs, 0, other.d);
      assertThat(other.obs.sameBits(env.obs)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "CartPole-v1"})
  void aUsedShardGoesBack(String task) {
    try (Harness env = new Harness(task, 3)) {
      env.reset();
      env.steps(10);
      DoubleSlab saved = DoubleSlab.allocate(env.arena, 3, env.shard.stateSize());
      env.shard.saveState(saved, 0);
      env.steps(30);
      double[] expected = env.shard.rewards().toArray();
      env.shard.restoreState(saved, 0);
      env.steps(30);
      assertThat(env.shard.rewards().toArray()).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5"})
  void isTakenBetweenStepsIntoASlabThatIsLargeEnough(String task) {
    try (Harness env = new Harness(task, 3)) {
      DoubleSlab state = DoubleSlab.allocate(env.arena, 3, env.shard.stateSize());
      assertThatThrownBy(() -> env.shard.saveState(state, 0))
          .isInstanceOf(IllegalStateException.class);
      env.reset();
      assertThatThrownBy(() -> env.shard.saveState(state, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> env.shard.restoreState(state, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      env.act();
      assertThatThrownBy(() -> env.shard.saveState(state, 0))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> env.shard.restoreState(state, 0))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
