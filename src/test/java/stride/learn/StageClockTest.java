package stride.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Does time go to the stage that took it? */
class StageClockTest {
  private static final long SHORT_NANOS = 3_000_000;
  private static final long LONG_NANOS = 12_000_000;

  private final StageClock clock = new StageClock();

  private static void work(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      Thread.onSpinWait();
    }
  }

  @Test
  void doesNothingWhileOff() {
    clock.start();
    clock.lap(Stage.POLICY);
    clock.endStep();
    for (Stage stage : Stage.values()) {
      assertThat(clock.hits(stage)).isZero();
      assertThat(clock.nanos(stage)).isZero();
    }
    assertThat(clock.steps().getTotalCount()).isZero();
  }

  @Test
  void lapsGoToTheirStages() {
    clock.switchTo(true);
    long begin = System.nanoTime();
    clock.start();
    work(SHORT_NANOS);
    clock.lap(Stage.POLICY);
    work(LONG_NANOS);
    clock.lap(Stage.PHYSICS);
    clock.lap(Stage.PHYSICS);
    long all = System.nanoTime() - begin;

    assertThat(clock.hits(Stage.POLICY)).isEqualTo(1);
    assertThat(clock.hits(Stage.PHYSICS)).isEqualTo(2);
    assertThat(clock.nanos(Stage.POLICY)).isGreaterThanOrEqualTo(SHORT_NANOS);
    assertThat(clock.nanos(Stage.PHYSICS)).isGreaterThanOrEqualTo(LONG_NANOS);
    assertThat(clock.nanos(Stage.POLICY) + clock.nanos(Stage.PHYSICS)).isLessThanOrEqualTo(all);
    for (Stage stage : Stage.values()) {
      if (stage != Stage.POLICY && stage != Stage.PHYSICS) {
        assertThat(clock.hits(stage)).as(stage.key()).isZero();
        assertThat(clock.nanos(stage)).as(stage.key()).isZero();
      }
    }
  }

  @Test
  void startBeginsANewLap() {
    clock.switchTo(true);
    clock.start();
    work(LONG_NANOS);
    long begin = System.nanoTime();
    clock.start();
    clock.lap(Stage.RESET);
    assertThat(clock.nanos(Stage.RESET)).isLessThanOrEqualTo(System.nanoTime() - begin);
  }

  @Test
  void wholeStepsGoToTheHistogram() {
    clock.switchTo(true);
    for (long nanos : new long[] {SHORT_NANOS, LONG_NANOS}) {
      clock.start();
      clock.lap(Stage.POLICY);
      work(nanos);
      clock.lap(Stage.PHYSICS);
      clock.endStep();
    }
    assertThat(clock.steps().getTotalCount()).isEqualTo(2);
    // two digits: a value may be shown up to a hundredth less
    assertThat(clock.steps().getMinValue()).isGreaterThanOrEqualTo(SHORT_NANOS * 99 / 100);
    assertThat(clock.steps().getMaxValue()).isGreaterThanOrEqualTo(LONG_NANOS * 99 / 100);
  }

  @Test
  void switchedOffItKeepsWhatItHas() {
    clock.switchTo(true);
    clock.start();
    clock.lap(Stage.VALUES);
    clock.endStep();
    long nanos = clock.nanos(Stage.VALUES);
    clock.switchTo(false);
    clock.start();
    clock.lap(Stage.VALUES);
    clock.endStep();
    assertThat(clock.hits(Stage.VALUES)).isEqualTo(1);
    assertThat(clock.nanos(Stage.VALUES)).isEqualTo(nanos);
    assertThat(clock.steps().getTotalCount()).isEqualTo(1);
  }

  @Test
  void clearForgetsTimesHitsAndSteps() {
    clock.switchTo(true);
    clock.start();
    work(SHORT_NANOS);
    clock.lap(Stage.ADAM);
    clock.endStep();
    clock.clear();
    assertThat(clock.hits(Stage.ADAM)).isZero();
    assertThat(clock.nanos(Stage.ADAM)).isZero();
    assertThat(clock.steps().getTotalCount()).isZero();
    clock.start(); // it is still on
    clock.lap(Stage.ADAM);
    assertThat(clock.hits(Stage.ADAM)).isEqualTo(1);
  }

  @Test
  void allocatesNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    clock.switchTo(true);
    long least = Long.MAX_VALUE;
    for (int k = 0; k < 20; k++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int step = 0; step < 1000; step++) {
        clock.start();
        clock.lap(Stage.POLICY);
        clock.lap(Stage.PHYSICS);
        clock.endStep();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isLessThanOrEqualTo(64);
  }
}
