package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.collect.RolloutSlabs;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.DeviceMemory;
import stride.cuda.DevicePlan;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.env.Tasks;
import stride.lab.bench.NeedsGpu;
import stride.lab.bench.Quick;
import stride.learn.Networks;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.parallel.Team;
import stride.ppo.Gae;
import stride.ppo.GaeConfig;
import stride.ppo.PpoBackends;
import stride.ppo.cuda.FramePointer;

/**
 * What do advantages and returns cost on the device, over the number of environments?
 *
 * <p>{@link GaeBenchmark}'s question and rollout, 128 steps of each environment, which lies on the
 * device already. One thread goes back through one environment, so that few environments keep few
 * threads busy: the time is that of 128 dependent steps until the memory is the limit.
 *
 * <p>The trap is to count an upload that an update needs anyway: {@link CudaUploadBenchmark} has
 * it.
 *
 * <p>Unit: calls/s; {@code rows} is transitions/s, {@code bytes} counts 19 bytes of a transition.
 * How to run: {@code ./stride bench --suite CudaGaeBenchmark}; {@code --quick} has 64 and 1024
 * environments.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@Quick("envs=64,1024")
@NeedsGpu
@State(Scope.Benchmark)
public class CudaGaeBenchmark {
  private static final int STEPS = 128;
  private static final int BYTES_OF_ROW = 19; // reward, value, three flags; advantage and return
  private static final int FLOP_OF_ROW = 8;

  // as in GaeBenchmark
  private static final double TOLERANCE = 1e-5;

  /** How many environments the transitions are of. */
  @Param({"64", "256", "1024", "4096"})
  public int envs;

  private Arena arena;
  private RandomRollout rollout;
  private Device device;
  private Stream stream;
  private DeviceTimer timer;
  private DeviceArray advantages; // [T, N]
  private DeviceArray returns; // [T, N]
  private Kernel gae;
  private LaunchShape shape;
  private KernelArguments frame;

  /** Brings the rollout to the device, and proves that its numbers are the CPU's. */
  @Setup
  public void open() {
    arena = Arena.ofShared();
    rollout = new RandomRollout(envs, envs * STEPS);
    device = Device.open();
    stream = new Stream(device);
    timer = new DeviceTimer(device, stream);
    var slabs = new DeviceSlabs(device, rollout.slabs().block());
    slabs.upload(stream);
    DeviceMemory memory =
        new DevicePlan()
            .add("advantages", ElementType.FLOAT, (long) envs * STEPS)
            .add("returns", ElementType.FLOAT, (long) envs * STEPS)
            .allocate(device);
    advantages = memory.array("advantages");
    returns = memory.array("returns");
    frame = KernelArguments.in(arena).struct(struct(slabs)).build();
    var policy = Networks.of(Tasks.of("CartPole-v1").spec()); // gae does not look at it
    var kernels = new PpoProgram(device, stream, policy, rollout.slabs());
    gae = kernels.gae();
    int threads = kernels.size(PpoProgram.GAE_THREADS);
    shape = LaunchShape.of(Math.ceilDiv(envs, threads), threads);
    DeviceProof.run(this::prove);
  }

  private MemorySegment struct(DeviceSlabs on) {
    RolloutSlabs slabs = rollout.slabs();
    MemorySegment struct = FramePointer.struct(arena); // 0 where gae reads nothing
    FramePointer.VALUES.set(struct, on.address(slabs.values()));
    FramePointer.REWARDS.set(struct, on.address(slabs.rewards()));
    FramePointer.TERMINATED.set(struct, on.address(slabs.terminated()));
    FramePointer.TRUNCATED.set(struct, on.address(slabs.truncated()));
    FramePointer.DIVERGED.set(struct, on.address(slabs.diverged()));
    FramePointer.TRUNCATED_VALUES.set(struct, on.address(slabs.truncatedValues()));
    FramePointer.ADVANTAGES.set(struct, advantages.address());
    FramePointer.RETURNS.set(struct, returns.address());
    return struct;
  }

  private void prove() {
    advantages.clear(stream);
    returns.clear(stream);
    gae.launch(stream, shape, frame);
    try (Team team = new Team(1);
        Gae cpu =
            new Gae(rollout.slabs(), PpoBackends.kernels(Backend.CPU), team, GaeConfig.DEFAULTS)) {
      cpu.compute();
      requireParity("advantages", advantages, cpu.advantages());
      requireParity("returns", returns, cpu.returns());
    }
  }

  private void requireParity(String what, DeviceArray actual, FloatSlab expected) {
    MemorySegment host = arena.allocate(actual.sizeBytes());
    actual.download(host, stream);
    Parity.require(what, host.toArray(JAVA_FLOAT), expected.toArray(), 1, TOLERANCE);
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    device.close();
    rollout.close();
    arena.close();
  }

  /**
   * Advantages and returns of the rollout.
   *
   * @param rows counts transitions
   * @param counter of the device's time
   */
  @Benchmark
  public void gae(RowCounter rows, DeviceCounter counter) {
    timer.start();
    gae.launch(stream, shape, frame);
    double count = (double) envs * STEPS;
    counter.add(timer.stop(), FLOP_OF_ROW * count, BYTES_OF_ROW * count, device.limits());
    rows.rows += (long) envs * STEPS;
  }
}
