package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
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
import stride.cuda.Graph;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelCompiler;
import stride.cuda.KernelModule;
import stride.cuda.KernelSource;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.memory.ElementType;

/**
 * What does it cost to start work on the device: a kernel, a graph, a kernel whose blocks meet?
 *
 * <p>The kernel counts, and does nothing else, with one block for each multiprocessor. {@link
 * #kernel} launches it again and again; {@link #graph} launches graphs of one such kernel each;
 * {@link #graphOfMany} one graph of as many kernels; {@link #cooperative} launches kernels whose
 * blocks wait for one another once, which is also the price of a barrier of the grid.
 *
 * <p>The trap is to time calls that only queue: the queue is soon full. Here a hundred are put on
 * the stream and waited for, so that both sides are seen: wall time is that of whichever is slower,
 * host or device, and {@code deviceSeconds} is from the first kernel's start to the last one's end.
 *
 * <p>Unit: kernels/s. How to run: {@code ./stride bench --suite CudaLaunchBenchmark}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@State(Scope.Benchmark)
public class CudaLaunchBenchmark {
  private static final int LAUNCHES = 100;
  private static final int THREADS = 32;

  /** Blocks of the kernel; 0 for one on each multiprocessor. */
  @Param({"1", "0"})
  public int blocks;

  private Arena arena;
  private Device device;
  private Stream stream;
  private DeviceTimer timer;
  private DeviceArray counts; // [blocks]
  private Kernel plain;
  private Kernel meeting;
  private LaunchShape shape;
  private KernelArguments plainArguments;
  private KernelArguments meetingArguments;
  private Graph one;
  private Graph many;
  private long launched;

  /** Loads the kernels, and proves that every launch is one. */
  @Setup
  public void open() {
    arena = Arena.ofShared();
    device = Device.open();
    stream = new Stream(device);
    timer = new DeviceTimer(device, stream);
    var source = KernelSource.ofResources("/stride/cuda", "launch_cost.cu", Map.of());
    var module =
        new KernelModule(device, KernelCompiler.open().compile(source, device.architecture()));
    plain = module.kernel("count_launches");
    meeting = module.kernel("count_meetings");
    int grid = blocks > 0 ? blocks : device.limits().multiprocessors();
    shape = LaunchShape.of(grid, THREADS);
    var memory =
        new DevicePlan()
            .add("counts", ElementType.INT, grid)
            .add("barrier", ElementType.INT, 1)
            .allocate(device);
    memory.all().clear(stream);
    counts = memory.array("counts");
    plainArguments = KernelArguments.in(arena).pointer(counts).build();
    meetingArguments =
        KernelArguments.in(arena).pointer(counts).pointer(memory.array("barrier")).build();
    one = Graph.capture(stream, this::launch);
    many = Graph.capture(stream, () -> times(this::launch));
    prove();
  }

  private void prove() {
    times(this::launch);
    times(() -> one.launch(stream));
    many.launch(stream);
    times(this::launchCooperatively);
    launched = 4L * LAUNCHES;
    check();
  }

  private static void times(Runnable work) {
    for (int k = 0; k < LAUNCHES; k++) {
      work.run();
    }
  }

  private void launch() {
    plain.launch(stream, shape, plainArguments);
  }

  private void launchCooperatively() {
    meeting.launchCooperatively(stream, shape, meetingArguments);
  }

  private void measure(DeviceCounter counter, Runnable work) {
    timer.start();
    work.run();
    counter.add(timer.stop(), 0);
    launched += LAUNCHES;
  }

  /** Shows that every block of every launch has counted. */
  @TearDown(Level.Iteration)
  public void check() {
    MemorySegment host = arena.allocate(counts.sizeBytes());
    counts.download(host, stream);
    for (int block : host.toArray(JAVA_INT)) {
      if (block != (int) launched) {
        throw new IllegalStateException("a block counted " + block + " of " + launched);
      }
    }
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    device.close();
    arena.close();
  }

  /**
   * Launches one by one.
   *
   * @param counter of the device's time
   */
  @Benchmark
  @OperationsPerInvocation(LAUNCHES)
  public void kernel(DeviceCounter counter) {
    measure(counter, () -> times(this::launch));
  }

  /**
   * Graphs of one kernel.
   *
   * @param counter of the device's time
   */
  @Benchmark
  @OperationsPerInvocation(LAUNCHES)
  public void graph(DeviceCounter counter) {
    measure(counter, () -> times(() -> one.launch(stream)));
  }

  /**
   * One graph of all kernels.
   *
   * @param counter of the device's time
   */
  @Benchmark
  @OperationsPerInvocation(LAUNCHES)
  public void graphOfMany(DeviceCounter counter) {
    measure(counter, () -> many.launch(stream));
  }

  /**
   * Cooperative launches.
   *
   * @param counter of the device's time
   */
  @Benchmark
  @OperationsPerInvocation(LAUNCHES)
  public void cooperative(DeviceCounter counter) {
    measure(counter, () -> times(this::launchCooperatively));
  }
}
