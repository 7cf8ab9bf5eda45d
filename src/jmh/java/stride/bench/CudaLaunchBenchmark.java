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
import stride.lab.bench.NeedsGpu;
import stride.lab.bench.Quick;
import stride.memory.ElementType;

/**
 * What does it cost to start work on the device: a kernel, a graph, a kernel whose blocks meet?
 *
 * <p>The kernel counts, and does nothing else, with one block for each multiprocessor. {@link
 * #kernel} launches it again and again; {@link #graph} launches graphs of one such kernel each;
 * {@link #graphOfMany} one graph of as many kernels; {@link #cooperative} launches kernels whose
 * blocks wait for one another once. {@link #gridBarrier} and {@link #clusterBarrier} launch one
 * kernel whose blocks meet as many times: the price of a barrier of the grid, and of one of a
 * cluster of 16 blocks.
 *
 * <p>The trap is to time calls that only queue: the queue is soon full. Here a hundred are put on
 * the stream and waited for, so that both sides are seen: wall time is that of whichever is slower,
 * host or device, and {@code deviceSeconds} is from the first kernel's start to the last one's end.
 *
 * <p>Unit: kernels/s, or meetings/s. How to run: {@code ./stride bench --suite
 * CudaLaunchBenchmark}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@Quick("blocks=0")
@NeedsGpu
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
  private Cluster cluster; // null where there are none
  private LaunchShape shape;
  private KernelArguments plainArguments;
  private KernelArguments meetingArguments;
  private KernelArguments manyMeetingsArguments;
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
    KernelModule module = compile("launch_cost.cu");
    plain = module.kernel("count_launches");
    meeting = module.kernel("count_meetings");
    int grid = blocks > 0 ? blocks : device.limits().multiprocessors();
    shape = LaunchShape.of(grid, THREADS);
    var memory =
        new DevicePlan()
            .add("counts", ElementType.INT, grid)
            .add("barrier", ElementType.INT, Math.ceilDiv(grid, 4) * 4L)
            .allocate(device);
    memory.all().clear(stream);
    counts = memory.array("counts");
    plainArguments = KernelArguments.in(arena).pointer(counts).build();
    meetingArguments = meetings(memory.array("barrier"), 1);
    manyMeetingsArguments = meetings(memory.array("barrier"), LAUNCHES);
    cluster = device.limits().clusterLaunch() ? new Cluster() : null;
    one = Graph.capture(stream, this::launch);
    many = Graph.capture(stream, () -> times(this::launch));
    prove();
  }

  private KernelModule compile(String main) {
    var source = KernelSource.ofResources("/stride/cuda", main, Map.of());
    return new KernelModule(device, KernelCompiler.open().compile(source, device.architecture()));
  }

  private KernelArguments meetings(DeviceArray barrier, int meetings) {
    return KernelArguments.in(arena).pointer(counts).pointer(barrier).integer(meetings).build();
  }

  /** Blocks of a cluster, and what they count. */
  private final class Cluster {
    static final int BLOCKS = 16; // as in cluster_cost.cu

    final Kernel kernel = compile("cluster_cost.cu").kernel("count_cluster_meetings");
    final DeviceArray counts =
        new DevicePlan().add("counts", ElementType.INT, BLOCKS).allocate(device).array("counts");
    final KernelArguments arguments =
        KernelArguments.in(arena).pointer(counts).integer(LAUNCHES).build();
    long launched;

    Cluster() {
      counts.clear(stream);
      kernel.allowLargeClusters();
      meet();
      check();
    }

    void meet() {
      kernel.launch(stream, LaunchShape.of(BLOCKS, THREADS), arguments);
      launched += LAUNCHES;
    }

    void check() {
      requireCounts(counts, launched);
    }
  }

  private void prove() {
    times(this::launch);
    times(() -> one.launch(stream));
    many.launch(stream);
    times(this::launchCooperatively);
    meetManyTimes();
    launched = 5L * LAUNCHES;
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

  private void meetManyTimes() {
    meeting.launchCooperatively(stream, shape, manyMeetingsArguments);
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
    requireCounts(counts, launched);
    if (cluster != null) {
      cluster.check();
    }
  }

  private void requireCounts(DeviceArray array, long expected) {
    DeviceProof.run(() -> compareCounts(array, expected));
  }

  private void compareCounts(DeviceArray array, long expected) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment host = scratch.allocate(array.sizeBytes());
      array.download(host, stream);
      for (int block : host.toArray(JAVA_INT)) {
        if (block != (int) expected) {
          throw new IllegalStateException("a block counted " + block + " of " + expected);
        }
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

  /**
   * Meetings of all blocks within one launch.
   *
   * @param counter of the device's time
   */
  @Benchmark
  @OperationsPerInvocation(LAUNCHES)
  public void gridBarrier(DeviceCounter counter) {
    measure(counter, this::meetManyTimes);
  }

  /**
   * Meetings of the blocks of a cluster within one launch.
   *
   * @param counter of the device's time
   */
  @Benchmark
  @OperationsPerInvocation(LAUNCHES)
  public void clusterBarrier(DeviceCounter counter) {
    if (cluster == null) {
      throw new IllegalStateException("this device has no clusters");
    }
    timer.start();
    cluster.meet();
    counter.add(timer.stop(), 0);
  }
}
