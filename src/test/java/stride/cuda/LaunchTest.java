package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LaunchTest extends EmulatedTest {
  @Test
  void runsAKernelOnItsArguments() {
    try (Testing t = new Testing()) {
      t.count(t.x);
      t.kernels.kernel("scale").launch(t.stream, Testing.WHOLE, t.scaleBy(2));
      float[] y = t.read(t.y);
      for (int i = 0; i < Testing.LENGTH; i++) {
        assertThat(y[i]).isEqualTo(2 * i + 0.5f);
      }
    }
    assertThat(FakeDriver.count("launches")).isEqualTo(1);
    assertThat(FakeDriver.count("kernels_run")).isEqualTo(1);
  }

  /** The driver copies arguments at the launch: with delays the kernels run long after it. */
  @Test
  void argumentsMayChangeRightAfterALaunch() {
    FakeDriver.set("delay_us", 2000);
    try (Testing t = new Testing()) {
      t.count(t.x);
      Kernel scale = t.kernels.kernel("scale");
      KernelArguments arguments = t.scaleBy(2);
      scale.launch(t.stream, Testing.WHOLE, arguments);
      arguments.setReal(2, 3);
      arguments.setPointer(0, t.x.address());
      arguments.setInteger(3, 10); // only the first ten of x
      scale.launch(t.stream, Testing.WHOLE, arguments);
      arguments.setReal(2, 100);
      assertThat(t.read(t.y)[7]).isEqualTo(14.5f);
      float[] x = t.read(t.x);
      assertThat(x[9]).isEqualTo(27.5f);
      assertThat(x[10]).isEqualTo(10);
    }
  }

  /** As in a dry run, in which the host's part takes its time and the device's takes none. */
  @Test
  void kernelsMayBeSkippedButForThoseOfOneThread() {
    FakeDriver.set("skip_kernels", 1);
    FakeDriver.set("kernel_us", 3000);
    try (Testing t = new Testing()) {
      t.count(t.x);
      assertThat(t.read(t.x)[7]).isEqualTo(7); // copies are made
      long start = System.nanoTime();
      t.kernels.kernel("scale").launch(t.stream, Testing.WHOLE, t.scaleBy(2));
      assertThat(t.read(t.y)[7]).isZero();
      assertThat(System.nanoTime() - start).isGreaterThan(3_000_000);
      MemorySegment pair = t.arena.allocate(16, 8);
      pair.set(ValueLayout.JAVA_LONG, 0, t.y.part(3, 1).address());
      pair.set(ValueLayout.JAVA_INT, 8, 20);
      pair.set(ValueLayout.JAVA_INT, 12, 300);
      KernelArguments arguments = KernelArguments.in(t.arena).integer(1).struct(pair).build();
      t.kernels.kernel("add_pair").launch(t.stream, LaunchShape.of(1, 1), arguments);
      assertThat(t.read(t.y)[3]).isEqualTo(321);
    }
    assertThat(FakeDriver.count("kernels_run")).isEqualTo(2);
  }

  @Test
  void passesStructsByValue() {
    try (Testing t = new Testing()) {
      MemorySegment pair = t.arena.allocate(16, 8);
      pair.set(ValueLayout.JAVA_LONG, 0, t.y.part(3, 1).address());
      pair.set(ValueLayout.JAVA_INT, 8, 20);
      pair.set(ValueLayout.JAVA_INT, 12, 300);
      KernelArguments arguments = KernelArguments.in(t.arena).integer(1).struct(pair).build();
      pair.fill((byte) 0); // was copied
      t.kernels.kernel("add_pair").launch(t.stream, LaunchShape.of(2, 32), arguments);
      assertThat(t.read(t.y)[3]).isEqualTo(321);
    }
  }

  @Test
  void moreSharedMemoryThanUsualMustBeAllowed() {
    try (Testing t = new Testing()) {
      t.count(t.x);
      Kernel sum = t.kernels.kernel("sum_shared");
      KernelArguments arguments =
          KernelArguments.in(t.arena).pointer(t.y).pointer(t.x).integer(Testing.LENGTH).build();
      LaunchShape small = LaunchShape.of(1, 64).withShared(4 * Testing.LENGTH);
      sum.launch(t.stream, small, arguments);
      assertThat(t.read(t.y)[0]).isEqualTo(Testing.LENGTH * (Testing.LENGTH - 1) / 2f);

      LaunchShape large = small.withShared(100_000);
      assertThatThrownBy(() -> sum.launch(t.stream, large, arguments))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("cuLaunchKernel: CUDA_ERROR_INVALID_VALUE")
          .hasMessageContaining("sum_shared with LaunchShape[gridX=1")
          .hasMessageContaining("sharedBytes=100000");
      sum.allowSharedBytes(100_000);
      sum.launch(t.stream, large, arguments);
      t.stream.synchronize();
      int most = t.device.limits().sharedMemoryPerBlock();
      assertThatThrownBy(() -> sum.allowSharedBytes(most + 1))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("the device allows " + most);
    }
  }

  @Test
  void blocksOfACooperativeLaunchMeet() {
    try (Testing t = new Testing()) {
      Kernel meet = t.kernels.kernel("meet");
      int blocks = meet.blocksAtOnce(32, 0);
      assertThat(blocks)
          .isEqualTo(t.device.limits().multiprocessors() * meet.blocksPerMultiprocessor(32, 0))
          .isGreaterThan(1);
      t.x.clear(t.stream);
      KernelArguments arguments = KernelArguments.in(t.arena).pointer(t.x).pointer(t.y).build();
      meet.launchCooperatively(t.stream, LaunchShape.of(blocks, 32), arguments);
      assertThat(t.read(t.y.part(0, blocks))).containsOnly(blocks);
      assertThatThrownBy(
              () -> meet.launchCooperatively(t.stream, LaunchShape.of(blocks + 1, 32), arguments))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining(
              "cuLaunchCooperativeKernel: CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE")
          .hasMessageContaining("meet with LaunchShape[gridX=" + (blocks + 1));
      assertThat(FakeDriver.count("cooperative")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"32, 256", "96, 256", "128, 256", "168, 256", "255, 256", "64, 1024", "40, 32"})
  void registersBoundTheBlocksOfAMultiprocessor(int registers, int threads) {
    FakeDriver.set("blocks_per_multiprocessor", 32);
    FakeDriver.set("registers", registers);
    try (Testing t = new Testing()) {
      Kernel scale = t.kernels.kernel("scale");
      assertThat(scale.registers()).isEqualTo(registers);
      int byThreads = 512 / Math.max(threads / 4, 32);
      assertThat(scale.blocksPerMultiprocessor(threads, 0))
          .isEqualTo(Math.min(byThreads, Occupancy.byRegisters(registers, threads)))
          .isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource({"65, 1024", "300, 256"})
  void aKernelWithTooManyRegistersIsRefused(int registers, int threads) {
    FakeDriver.set("registers", registers);
    try (Testing t = new Testing()) {
      Kernel scale = t.kernels.kernel("scale");
      assertThat(scale.blocksAtOnce(threads, 0)).isZero();
      assertThatThrownBy(() -> scale.launch(t.stream, LaunchShape.of(1, threads), t.scaleBy(2)))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("cuLaunchKernel: CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES")
          .hasMessageContaining("scale with LaunchShape[gridX=1");
    }
  }

  @Test
  void aKernelThatIsNotThereIsNamed() {
    try (Testing t = new Testing()) {
      assertThatThrownBy(() -> t.kernels.kernel("shrink"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no kernel shrink");
    }
  }

  @Test
  void emptyShapesAreRefused() {
    assertThatThrownBy(() -> LaunchShape.of(0, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("grid=[0, 1, 1]");
  }

  @Test
  void launchesAndTransfersMakeNoObjects() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Testing t = new Testing()) {
      t.count(t.x);
      Kernel scale = t.kernels.kernel("scale");
      KernelArguments arguments = t.scaleBy(2);
      Transfer back = t.y.transferTo(t.pinned(Testing.LENGTH));
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          arguments.setReal(2, i);
          scale.launch(t.stream, Testing.WHOLE, arguments);
          back.start(t.stream);
        }
        t.stream.synchronize();
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isLessThan(100);
    }
  }
}
