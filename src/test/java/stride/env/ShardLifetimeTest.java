package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.DoubleSlab;

/** Is every misuse after closing an exception, never a crash? */
class ShardLifetimeTest {
  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "CartPole-v1"})
  void closesTwice(String task) {
    Harness env = new Harness(task, 2);
    env.close();
    env.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "CartPole-v1"})
  void refusesEverythingAfterClosing(String task) {
    try (Harness env = new Harness(task, 2)) {
      env.reset();
      DoubleSlab state = DoubleSlab.allocate(env.arena, 2, env.shard.stateSize());
      env.shard.close();
      assertThatThrownBy(env::reset).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(env::act).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(env.shard::advance).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> env.shard.finish(env.out, 0, 0))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> env.shard.saveState(state, 0))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> env.shard.observations().get(0))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> env.shard.finishedEpisodes().add(0, 0, 0, 0))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void refusesAStepOfABatchThatWasClosedInBetween() {
    try (Harness env = new Harness("Hopper-v5", 2)) {
      env.reset();
      env.act();
      env.shard.rows().close();
      assertThatThrownBy(env.shard::advance).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void closingWhileAnotherThreadStepsIsSafe() throws Exception {
    Harness env = new Harness("HalfCheetah-v5", 64);
    env.reset();
    CountDownLatch stepping = new CountDownLatch(1);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<Throwable> end =
          other.submit(
              () ->
                  catchThrowable(
                      () -> {
                        while (true) {
                          env.step();
                          stepping.countDown();
                        }
                      }));
      stepping.await();
      // refused while the physics runs, which is nearly always
      while (catchThrowable(env.shard::close) instanceof IllegalStateException) {
        Thread.onSpinWait();
      }
      assertThat(end.get()).isInstanceOf(IllegalStateException.class);
    }
    env.close();
  }
}
