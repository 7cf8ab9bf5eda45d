package stride.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.DevicePlan;
import stride.cuda.PinnedMemory;
import stride.cuda.Stream;
import stride.cuda.Transfer;
import stride.lab.bench.NeedsGpu;
import stride.lab.bench.Quick;
import stride.memory.ElementType;

/**
 * What does it cost to bring a rollout to the device, and what do page-locked slabs save?
 *
 * <p>All slabs of a rollout of CartPole, 128 steps of each environment, in one copy. {@link
 * #pinned} is what training does; {@link #pageable} copies the same bytes from memory that the
 * driver must first copy itself.
 *
 * <p>The trap is to time a copy of pageable memory by the device's events, which do not see the
 * driver's own copy: compare these two by wall time.
 *
 * <p>Unit: copies/s; {@code bytes} is bytes/s by wall time. How to run: {@code ./stride bench
 * --suite CudaUploadBenchmark}; {@code --quick} has 64 and 1024 environments.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@Quick("envs=64,1024")
@NeedsGpu
@State(Scope.Benchmark)
public class CudaUploadBenchmark {
  private static final int STEPS = 128;

  /** How many environments the rollout is of. */
  @Param({"64", "256", "1024", "4096"})
  public int envs;

  private Arena arena;
  private RandomRollout rollout;
  private Device device;
  private Stream stream;
  private DeviceTimer timer;
  private DeviceArray array;
  private Transfer upload;
  private MemorySegment locked;
  private MemorySegment pageable;

  /** Fills the slabs, and locks one copy of them. */
  @Setup
  public void open() {
    arena = Arena.ofShared();
    rollout = new RandomRollout(envs, envs * STEPS);
    locked = rollout.slabs().block().memory();
    pageable = arena.allocate(locked.byteSize(), 64).copyFrom(locked);
    device = Device.open();
    stream = new Stream(device);
    timer = new DeviceTimer(device, stream);
    PinnedMemory.lock(device, locked);
    array =
        new DevicePlan()
            .add("all", ElementType.BYTE, locked.byteSize())
            .allocate(device)
            .array("all");
    upload = array.transferFrom(locked);
  }

  /** Shows that all bytes have arrived, and takes them away again. */
  @TearDown(Level.Iteration)
  public void check() {
    DeviceProof.run(this::requireArrived);
    array.clear(stream);
    stream.synchronize();
  }

  private void requireArrived() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment back = scratch.allocate(array.sizeBytes());
      array.download(back, stream);
      if (back.mismatch(locked) >= 0) {
        throw new IllegalStateException("byte " + back.mismatch(locked) + " did not arrive");
      }
    }
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    device.close();
    rollout.close();
    arena.close();
  }

  /**
   * One copy that the device does by itself.
   *
   * @param counter of bytes and the device's time
   */
  @Benchmark
  public void pinned(DeviceCounter counter) {
    timer.start();
    upload.start(stream);
    counter.add(timer.stop(), array.sizeBytes());
  }

  /**
   * One copy through the driver's own buffers.
   *
   * @param counter of bytes and the device's time
   */
  @Benchmark
  public void pageable(DeviceCounter counter) {
    timer.start();
    array.upload(pageable, stream);
    counter.add(timer.stop(), array.sizeBytes());
  }
}
