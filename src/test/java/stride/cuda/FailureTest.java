package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.ElementType;
import stride.nn.ChildJvm;
import stride.nn.Precision;

/** What goes wrong on a device: said in full, and nothing of it leaks or hangs. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public final class FailureTest extends EmulatedTest {
  @Test
  void tooLittleMemorySaysHowMuchWasAskedForAndHowMuchIsFree() {
    FakeDriver.set("memory_bytes", 1 << 20);
    try (Device device = Device.open();
        DeviceMemory first =
            new DevicePlan().add("a", ElementType.BYTE, 700 << 10).allocate(device)) {
      DevicePlan second = new DevicePlan().add("b", ElementType.FLOAT, 100 << 10);
      CudaException thrown =
          catchThrowableOfType(CudaException.class, () -> second.allocate(device));
      assertThat(thrown)
          .hasMessage(
              "cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY (out of memory):"
                  + " asked for 400.0 KiB, free 324.0 KiB of 1.0 MiB");
      assertThat(thrown.deviceLost()).isFalse();
      assertThat(first.sizeBytes()).isEqualTo(700 << 10);
      assertThat(device.liveAllocations()).isEqualTo(1);
      new DevicePlan().add("c", ElementType.BYTE, 300 << 10).allocate(device);
    }
  }

  /** Whichever allocation fails, what was there before it is freed. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theAllocationThatFailsLeavesNothingBehind(int which) {
    FakeDriver.set("fail_allocation", which);
    assertThatThrownBy(
            () -> {
              try (Device device = Device.open();
                  Stream stream = new Stream(device);
                  Blas blas = new Blas(stream, Precision.FP32)) {
                assertThat(blas).isNotNull();
                new DevicePlan().add("a", ElementType.BYTE, 1).allocate(device);
              }
            })
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
  }

  @Test
  void aLaunchThatIsRefusedIsNamedAndTheNextGoesWell() {
    try (Testing t = new Testing()) {
      t.count(t.x);
      Kernel scale = t.kernels.kernel("scale");
      FakeDriver.set("fail_launch", 2);
      scale.launch(t.stream, Testing.WHOLE, t.scaleBy(2));
      CudaException thrown =
          catchThrowableOfType(
              CudaException.class, () -> scale.launch(t.stream, Testing.WHOLE, t.scaleBy(3)));
      assertThat(thrown)
          .hasMessageStartingWith("cuLaunchKernel: CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES")
          .hasMessageContaining("scale with LaunchShape[gridX=8");
      assertThat(thrown.deviceLost()).isFalse();
      assertThat(t.read(t.y)[1]).isEqualTo(2.5f);
      scale.launch(t.stream, Testing.WHOLE, t.scaleBy(4));
      assertThat(t.read(t.y)[1]).isEqualTo(4.5f);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {700, 719, 214})
  void aLostDeviceFailsEveryLaterCallButClosing(int code) {
    FakeDriver.set("lose_code", code);
    try (Testing t = new Testing();
        Event event = new Event(t.device)) {
      Kernel scale = t.kernels.kernel("scale");
      Graph graph = Graph.capture(t.stream, () -> t.x.clear(t.stream));
      Blas blas = new Blas(t.stream, Precision.FP32);
      Transfer transfer = t.x.transferFrom(t.pinned(Testing.LENGTH));
      FakeDriver.set("lose_device", 1);
      scale.launch(t.stream, Testing.WHOLE, t.scaleBy(2));
      CudaException thrown = catchThrowableOfType(CudaException.class, t.stream::synchronize);
      assertThat(thrown)
          .hasMessageStartingWith("cuStreamSynchronize: CUDA_ERROR_")
          .hasMessageEndingWith("; the device is lost to this process");
      assertThat(thrown.deviceLost()).isTrue();

      Blas.Matrix m = Blas.Matrix.of(t.x, 10);
      assertLost(() -> scale.launch(t.stream, Testing.WHOLE, t.scaleBy(2)));
      assertLost(() -> graph.launch(t.stream));
      assertLost(() -> blas.multiply(2, 2, 2, 1, m, m, 0, Blas.Matrix.of(t.y, 10)));
      assertLost(() -> transfer.start(t.stream));
      assertLost(() -> event.record(t.stream));
      assertLost(t.device::freeBytes);
      assertLost(t.device::synchronize);
      assertLost(() -> new Stream(t.device));
      assertLost(() -> new DevicePlan().add("a", ElementType.BYTE, 1).allocate(t.device));
      assertThat(t.device.liveAllocations()).isEqualTo(3); // arrays, workspace, pinned pages
    }
    assertLost(Device::open);
  }

  private static void assertLost(Runnable call) {
    CudaException thrown = catchThrowableOfType(CudaException.class, call::run);
    assertThat(thrown).isNotNull();
    assertThat(thrown.deviceLost()).as(thrown.getMessage()).isTrue();
  }

  @Test
  void anotherStreamDoesNotWaitForeverForALostDevice() {
    try (Testing t = new Testing();
        Stream other = new Stream(t.device);
        Event end = new Event(t.device)) {
      FakeDriver.set("delay_us", 5000);
      FakeDriver.set("lose_device", 1);
      t.kernels.kernel("scale").launch(t.stream, Testing.WHOLE, t.scaleBy(2));
      try {
        end.record(t.stream);
        end.delay(other);
      } catch (CudaException e) {
        assertThat(e.deviceLost()).isTrue(); // lost before all was said
      }
      assertLost(other::synchronize);
    }
  }

  /**
   * The double's own promise: a kernel that runs over its array by one float does not go unseen.
   */
  @Test
  void aKernelThatRunsOverItsArrayIsCaught(@TempDir Path folder)
      throws IOException, InterruptedException {
    ChildJvm.Result result =
        ChildJvm.run(
            FailureTest.class,
            List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-D" + CudaLibraries.DRIVER_PROPERTY + "=" + FakeDriver.library(),
                "-D" + LibraryFolders.PROPERTY + "=" + FakeDriver.folder(),
                "-Dstride.cuda.cache=" + Testing.cacheFolder()));
    assertThat(result.exitCode()).as(result.output()).isNotZero();
    assertThat(result.output()).contains("within its array", "SIGSEGV", "scale");
  }

  /** Scales an array of exactly whole lines, then one float more. */
  public static void main(String[] args) {
    try (Testing t = new Testing();
        DeviceMemory memory = new DevicePlan().add("x", ElementType.FLOAT, 64).allocate(t.device)) {
      DeviceArray x = memory.array("x");
      x.clear(t.stream);
      KernelArguments arguments =
          KernelArguments.in(t.arena).pointer(x).pointer(x).real(1).integer(64).build();
      Kernel scale = t.kernels.kernel("scale");
      scale.launch(t.stream, LaunchShape.of(1, 128), arguments);
      t.stream.synchronize();
      System.out.println("within its array");
      arguments.setInteger(3, 65);
      scale.launch(t.stream, LaunchShape.of(1, 128), arguments);
      t.stream.synchronize();
    }
  }
}
