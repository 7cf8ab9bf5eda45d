package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Streams, events, graphs, and whose they are. */
final class StreamTest extends EmulatedTest {
  @Test
  void eventsTellTheTimeBetweenThem() {
    FakeDriver.set("delay_us", 20_000);
    try (Testing t = new Testing();
        Event start = new Event(t.device);
        Event end = new Event(t.device)) {
      assertThat(start.isReached()).as("never recorded").isTrue();
      t.count(t.x);
      long before = System.nanoTime();
      start.record(t.stream);
      for (int i = 0; i < 4; i++) {
        t.kernels.kernel("scale").launch(t.stream, Testing.WHOLE, t.scaleBy(2));
      }
      end.record(t.stream);
      end.synchronize();
      double wall = (System.nanoTime() - before) / 1e6;
      assertThat(end.isReached()).isTrue();
      assertThat(end.millisSince(start)).isPositive().isLessThan((float) wall);
    }
  }

  @Test
  void anEventThatIsNotReachedHasNoTime() {
    try (Testing t = new Testing();
        Event start = new Event(t.device);
        Event end = new Event(t.device)) {
      start.record(t.stream);
      t.stream.synchronize();
      assertThatThrownBy(() -> end.millisSince(start))
          .isInstanceOf(CudaException.class)
          .hasMessage("cuEventElapsedTime: CUDA_ERROR_INVALID_HANDLE (invalid resource handle)");
    }
  }

  /**
   * The copy is far behind a slow stream; without the wait the other reads what was there before.
   */
  @Test
  void aStreamWaitsForTheEventOfAnother() {
    try (Testing t = new Testing();
        Stream other = new Stream(t.device);
        Event filled = new Event(t.device)) {
      t.count(t.x);
      t.y.clear(t.stream);
      t.stream.synchronize();
      FakeDriver.set("delay_us", 10_000);
      for (int i = 0; i < 10; i++) {
        t.x.clear(t.stream);
      }
      t.kernels.kernel("scale").launch(t.stream, Testing.WHOLE, t.scaleBy(1));
      filled.record(t.stream);
      filled.delay(other);
      t.x.copyFrom(t.y, other);
      other.synchronize();
      FakeDriver.set("delay_us", 0);
      assertThat(t.read(t.x)).containsOnly(0.5f);
    }
  }

  @Test
  void aGraphDoesItsWorkAtEachLaunchAndNotBefore() {
    try (Testing t = new Testing()) {
      t.x.clear(t.stream);
      t.stream.synchronize();
      KernelArguments arguments =
          KernelArguments.in(t.arena).pointer(t.x).pointer(t.x).real(1).integer(100).build();
      Kernel scale = t.kernels.kernel("scale");
      try (Graph graph =
          Graph.capture(
              t.stream,
              () -> {
                scale.launch(t.stream, Testing.WHOLE, arguments);
                scale.launch(t.stream, Testing.WHOLE, arguments);
                t.y.copyFrom(t.x, t.stream);
              })) {
        arguments.setReal(2, 1000); // the graph keeps what it was captured with
        assertThat(t.read(t.x)[99]).isZero();
        for (int i = 0; i < 3; i++) {
          graph.launch(t.stream);
        }
        float[] y = t.read(t.y);
        assertThat(y[99]).isEqualTo(3);
        assertThat(y[100]).isZero();
      }
    }
    assertThat(FakeDriver.count("captured")).isEqualTo(3);
    assertThat(FakeDriver.count("graph_launches")).isEqualTo(3);
    assertThat(FakeDriver.count("launches")).isZero();
    assertThat(FakeDriver.count("kernels_run")).isEqualTo(6);
  }

  @Test
  void aCaptureThatFailsLeavesTheStreamUsable() {
    try (Testing t = new Testing()) {
      assertThatThrownBy(
              () ->
                  Graph.capture(
                      t.stream,
                      () -> {
                        t.x.clear(t.stream);
                        throw new IllegalStateException("the reason");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the reason");
      // what waits cannot be captured
      assertThatThrownBy(() -> Graph.capture(t.stream, t.stream::synchronize))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("cuStreamSynchronize: CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED");
      t.count(t.x);
      assertThat(t.read(t.x)[5]).isEqualTo(5);
      assertThat(FakeDriver.count("live_graphs")).isZero();
    }
  }

  @Test
  void onlyTheThreadThatHasTheDeviceDrivesIt() throws InterruptedException {
    try (Testing t = new Testing()) {
      assertThat(thrownElsewhere(t.stream::synchronize)).isInstanceOf(WrongThreadException.class);
      assertThat(thrownElsewhere(() -> t.x.clear(t.stream)))
          .isInstanceOf(WrongThreadException.class);
      assertThat(thrownElsewhere(t.stream::close)).isInstanceOf(WrongThreadException.class);
      assertThat(
              thrownElsewhere(
                  () -> {
                    t.device.makeCurrent();
                    t.x.clear(t.stream);
                    t.stream.synchronize();
                  }))
          .isNull();
      assertThatThrownBy(t.stream::synchronize).isInstanceOf(WrongThreadException.class);
      t.device.makeCurrent();
      assertThat(t.read(t.x)[0]).isZero();
    }
  }

  private static Throwable thrownElsewhere(Runnable action) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread = new Thread(action);
    thread.setUncaughtExceptionHandler((ignored, e) -> thrown.set(e));
    thread.start();
    thread.join();
    return thrown.get();
  }

  @Test
  void closingTwiceIsHarmlessAndUseAfterClosingIsNot() {
    Device device = Device.open();
    Stream stream = new Stream(device);
    Event event = new Event(device);
    event.close();
    event.close();
    device.close(); // and with it the stream
    assertThatCode(
            () -> {
              stream.close();
              device.close();
            })
        .doesNotThrowAnyException();
    assertThatThrownBy(stream::synchronize)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the device is closed");
    assertThatThrownBy(device::makeCurrent).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void devicesCanBeOpenedAgainAndTwice() {
    try (Device first = Device.open()) {
      assertThat(first.architecture()).isEqualTo("sm_90a");
      assertThat(first.freeBytes()).isEqualTo(first.limits().memoryBytes());
      try (Device second = Device.open()) {
        assertThat(second.limits()).isEqualTo(first.limits());
      }
      first.synchronize();
      new Stream(first).synchronize();
    }
    Device.open().close();
  }
}
