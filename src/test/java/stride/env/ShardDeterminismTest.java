package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Do results depend on nothing but seed, environments and actions? 200 steps, bit for bit. */
class ShardDeterminismTest {
  private static final int HORIZON = 200;
  private static final int ENVS = 7;

  private static Trace run(String task, int shards, long seed, ShardOptions options) {
    Trace trace = new Trace(task, HORIZON, ENVS, 0);
    for (Shard shard : Trace.split(trace.task, ENVS, shards, seed, options)) {
      try (shard) {
        trace.begin(shard);
        trace.run(shard);
      }
    }
    return trace;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hopper-v5",
        "Walker2d-v5",
        "HalfCheetah-v5",
        "InvertedPendulum-v5",
        "CartPole-v1"
      })
  void shardsDoNotMatter(String task) {
    ShardOptions options = ShardOptions.DEFAULTS.withMaxEpisodeSteps(60);
    try (Trace one = run(task, 1, 1, options);
        Trace two = run(task, 2, 1, options);
        Trace three = run(task, 3, 1, options);
        Trace otherSeed = run(task, 1, 2, options)) {
      assertThat(one.sameBits(two)).isTrue();
      assertThat(one.sameBits(three)).isTrue();
      assertThat(one.sameBits(otherSeed)).isFalse();
      assertThat(Trace.count(one.terminated) + Trace.count(one.truncated)).isPositive();
      assertThat(Trace.count(one.diverged)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "HalfCheetah-v5"})
  void simulationThreadsDoNotMatter(String task) {
    try (Trace one = run(task, 1, 1, ShardOptions.DEFAULTS);
        Trace two = run(task, 1, 1, ShardOptions.DEFAULTS.withSimulationThreads(2));
        Trace three = run(task, 1, 1, ShardOptions.DEFAULTS.withSimulationThreads(3))) {
      assertThat(one.sameBits(two)).isTrue();
      assertThat(one.sameBits(three)).isTrue();
    }
  }

  @Test
  void threadsDoNotMatter() throws Exception {
    try (Trace expected = run("Hopper-v5", 1, 1, ShardOptions.DEFAULTS);
        Trace trace = new Trace("Hopper-v5", HORIZON, ENVS, 0);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<?>> running = new ArrayList<>();
      for (Shard shard : Trace.split(trace.task, ENVS, 3, 1, ShardOptions.DEFAULTS)) {
        trace.begin(shard);
        running.add(threads.submit(() -> runChecked(trace, shard)));
      }
      for (Future<?> shard : running) {
        shard.get();
      }
      assertThat(trace.sameBits(expected)).isTrue();
    }
  }

  /** The same as {@link Trace#run}, with the thread rule checked. */
  private static void runChecked(Trace trace, Shard shard) {
    try (CheckedShard checked = new CheckedShard(shard)) {
      for (int t = 0; t < trace.horizon; t++) {
        long at = (long) t * trace.envs + shard.firstEnv();
        checked.act(trace.actions, at * 3);
        checked.advance();
        checked.finish(trace.out, (at + trace.envs) * trace.stride, at);
      }
    }
  }

  @Test
  void theCheckSeesASecondThread() throws Exception {
    try (Harness env = new Harness("CartPole-v1", 1);
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      CheckedShard checked = new CheckedShard(env.shard);
      CountDownLatch entered = new CountDownLatch(1);
      CountDownLatch leave = new CountDownLatch(1);
      Future<?> inside =
          other.submit(
              () ->
                  checked.checked(
                      () -> {
                        entered.countDown();
                        await(leave);
                      }));
      entered.await();
      assertThatThrownBy(checked::advance)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("entered while");
      leave.countDown();
      inside.get();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
