package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stride.memory.DoubleSlab;

class EpisodeStatisticsTest {
  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  private FinishedEpisodes buffer(int capacity) {
    return new FinishedEpisodes(arena, capacity);
  }

  @Test
  void mergesByStepThenEnvironment() {
    FinishedEpisodes first = buffer(8);
    first.add(1, 10, 0, 5);
    first.add(2, 11, 1, 7);
    first.add(3, 12, 0, 9);
    FinishedEpisodes second = buffer(8);
    second.add(4, 13, 2, 5);
    second.add(5, 14, 2, 6);
    List<String> order = new ArrayList<>();
    EpisodeStatistics statistics = new EpisodeStatistics();
    statistics.merge(
        List.of(second, first),
        (step, env, episodeReturn, length) ->
            order.add(step + ":" + env + ":" + episodeReturn + ":" + length));
    assertThat(order)
        .containsExactly("5:0:1.0:10", "5:2:4.0:13", "6:2:5.0:14", "7:1:2.0:11", "9:0:3.0:12");
    assertThat(first.size() + second.size()).isZero();
    assertThat(statistics.episodes()).isEqualTo(5);
    assertThat(statistics.size()).isEqualTo(5);
    assertThat(statistics.returnMean()).isEqualTo(3);
    assertThat(statistics.lengthMean()).isEqualTo(12);
  }

  @Test
  void keepsTheLastHundred() {
    EpisodeStatistics statistics = new EpisodeStatistics();
    assertThat(statistics.returnMean()).isNaN();
    FinishedEpisodes buffer = buffer(300);
    for (int k = 1; k <= 250; k++) {
      buffer.add(k, 2 * k, 0, k);
    }
    statistics.merge(List.of(buffer));
    assertThat(statistics.episodes()).isEqualTo(250);
    assertThat(statistics.size()).isEqualTo(100);
    assertThat(statistics.returnMean()).isCloseTo(200.5, within(1e-12));
    assertThat(statistics.lengthMean()).isCloseTo(401, within(1e-12));
  }

  @Test
  void fullBuffersLoseTheOldest() {
    FinishedEpisodes buffer = buffer(3);
    for (int k = 1; k <= 5; k++) {
      buffer.add(k, k, k, k);
    }
    assertThat(buffer.size()).isEqualTo(3);
    assertThat(buffer.dropped()).isEqualTo(2);
    assertThat(buffer.step(0)).isEqualTo(3);
    assertThat(buffer.env(1)).isEqualTo(4);
    assertThat(buffer.episodeReturn(2)).isEqualTo(5);
    assertThat(buffer.length(2)).isEqualTo(5);
    assertThatThrownBy(() -> buffer.step(3)).isInstanceOf(IndexOutOfBoundsException.class);
    buffer.clear();
    assertThat(buffer.dropped()).isZero();
  }

  @Test
  void isRestoredBitForBit() {
    EpisodeStatistics statistics = new EpisodeStatistics();
    FinishedEpisodes buffer = buffer(300);
    for (int k = 1; k <= 130; k++) {
      buffer.add(Math.sqrt(k), k, 0, k);
    }
    statistics.merge(List.of(buffer));
    DoubleSlab saved = DoubleSlab.allocate(arena, EpisodeStatistics.stateSize() + 1);
    statistics.saveState(saved, 1);
    EpisodeStatistics restored = new EpisodeStatistics();
    restored.restoreState(saved, 1);
    for (EpisodeStatistics window : List.of(statistics, restored)) {
      buffer.add(7, 7, 0, 200);
      window.merge(List.of(buffer));
    }
    assertThat(restored.episodes()).isEqualTo(statistics.episodes());
    assertThat(restored.returnMean()).isEqualTo(statistics.returnMean());
    assertThat(restored.lengthMean()).isEqualTo(statistics.lengthMean());
  }

  @Test
  void shardsReportEpisodesInThatOrderWithReturnsInDouble() {
    try (Harness env = new Harness("CartPole-v1", 3, 4, 1, ShardOptions.DEFAULTS)) {
      env.reset();
      double[] running = new double[env.n];
      int seen = 0;
      for (int t = 1; t <= 100; t++) {
        env.step();
        for (int row = 0; row < env.n; row++) {
          running[row] += env.shard.rewards().get(row);
          if (env.terminated.get(row) == 1) {
            FinishedEpisodes finished = env.shard.finishedEpisodes();
            assertThat(finished.env(seen)).isEqualTo(3 + row);
            assertThat(finished.step(seen)).isEqualTo(t);
            assertThat(finished.episodeReturn(seen)).isEqualTo(running[row]);
            assertThat(finished.length(seen)).isEqualTo((int) running[row]);
            running[row] = 0;
            seen++;
          }
        }
      }
      assertThat(env.shard.finishedEpisodes().size()).isEqualTo(seen).isPositive();
    }
  }

  @Test
  void shardsDoNotMatter() {
    double[] expected = window(1);
    assertThat(expected[0]).isGreaterThan(EpisodeStatistics.WINDOW);
    assertThat(window(2)).containsExactly(expected);
    assertThat(window(3)).containsExactly(expected);
  }

  private static double[] window(int shards) {
    try (Trace trace = new Trace("Hopper-v5", 400, 7, 0)) {
      List<FinishedEpisodes> finished = new ArrayList<>();
      List<Shard> split = Trace.split(trace.task, 7, shards, 1, ShardOptions.DEFAULTS);
      for (Shard shard : split) {
        trace.begin(shard);
        trace.run(shard);
        finished.add(shard.finishedEpisodes());
      }
      EpisodeStatistics statistics = new EpisodeStatistics();
      statistics.merge(finished);
      DoubleSlab saved = DoubleSlab.allocate(trace.arena, EpisodeStatistics.stateSize());
      statistics.saveState(saved, 0);
      split.forEach(Shard::close);
      return saved.toArray();
    }
  }
}
