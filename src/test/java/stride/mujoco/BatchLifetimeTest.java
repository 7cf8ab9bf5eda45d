package stride.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Is every misuse after closing an exception, never a crash? */
class BatchLifetimeTest {
  @Test
  void closesTwice() {
    SimulationBatch batch = Fixtures.hoppers(2, 2);
    batch.close();
    batch.close();
  }

  @Test
  void refusesEverythingAfterClosing() {
    SimulationBatch batch = Fixtures.hoppers(2, 1);
    StateRows rows = batch.rows();
    batch.close();
    assertThatThrownBy(() -> batch.step(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.reset(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.isBad(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.failure(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(batch::warnings).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> rows.qpos(0, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> rows.setCtrl(0, 0, 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void outlivesItsModel() {
    try (SimulationBatch batch = Fixtures.hoppers(2, 1)) {
      assertThat(batch.step(100)).isZero(); // the fixture has closed the model
    }
  }

  @ParameterizedTest
  @CsvSource({"1, false", "1, true", "2, false", "2, true"})
  void twoThreadsAreRefused(int threads, boolean persistent) throws Exception {
    try (Model model = Fixtures.hopper();
        SimulationBatch batch = new SimulationBatch(model, 16, threads, persistent)) {
      TwoThreads.assertRefused(
          "SimulationBatch[simulations=16] is in use by another thread",
          () -> assertThat(batch.step(1)).isZero());
      assertThat(batch.step(1)).isZero();
    }
  }

  /** A step that is refused gives the batch back. */
  @Test
  void stepsAgainAfterAFailure() {
    try (SimulationBatch batch = Fixtures.hoppers(2, 1)) {
      assertThatThrownBy(() -> batch.step(0)).isInstanceOf(MujocoException.class);
      assertThat(batch.step(1)).isZero();
    }
  }

  @Test
  void closingWhileAnotherThreadStepsIsRefusedThenSafe() throws Exception {
    SimulationBatch batch = Fixtures.hoppers(16, 2);
    CountDownLatch stepping = new CountDownLatch(1);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<Throwable> end =
          other.submit(
              () ->
                  catchThrowable(
                      () -> {
                        while (true) {
                          batch.step(1);
                          stepping.countDown();
                        }
                      }));
      stepping.await();
      while (catchThrowable(batch::close) instanceof IllegalStateException) {
        Thread.onSpinWait();
      }
      assertThat(end.get()).isInstanceOf(IllegalStateException.class);
    }
    batch.close();
  }
}
