package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
import stride.cuda.Device;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.env.Tasks;
import stride.lab.bench.NeedsGpu;
import stride.lab.bench.Quick;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Backend;
import stride.nn.ParameterTensor;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * What do decisions and values cost on the device, over rows at once?
 *
 * <p>{@link #kernel} is one launch: both of Hopper's networks of two tanh layers of 64, random
 * numbers, actions, log-probabilities, values. {@link #roundTrip} is what a rollout would have of
 * it: observations there in one copy, results back in another.
 *
 * <p>The trap is a rate of many rows, quoted where a rollout waits for the answer to few: the time
 * of a call is one over the calls/s, and hardly depends on the rows until the device is full.
 *
 * <p>Unit: calls/s; {@code rows} is rows/s; {@code bytes} are those of the copies in {@code
 * roundTrip}, of observations, results and parameters in {@code kernel}. How to run: {@code
 * ./stride bench --suite CudaInferenceBenchmark}; {@code --quick} has 1, 1024 and 65536 rows.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@Quick("rows=1,1024,65536")
@NeedsGpu
@State(Scope.Benchmark)
public class CudaInferenceBenchmark {
  private static final long SEED = 1;

  // relative to 1 or the number itself, whichever is larger: 64 products in another order, and
  // functions good to some units in the last place of a float, 6e-8
  private static final double TOLERANCE = 1e-5;

  /** Observations in a call. */
  @Param({"1", "8", "64", "256", "1024", "8192", "65536"})
  public int rows;

  private Arena arena;
  private PolicyLayout layout;
  private RandomRollout shapeOnly;
  private SlabBlock given; // parameters, observations
  private SlabBlock got; // actions, log-probabilities, values
  private Device device;
  private Stream stream;
  private DeviceTimer timer;
  private DeviceSlabs onDeviceGiven;
  private DeviceSlabs onDeviceGot;
  private Kernel kernel;
  private LaunchShape shape;
  private KernelArguments arguments;
  private double flop;

  /** Draws parameters and observations, and proves that the device's answers are the CPU's. */
  @Setup
  public void open() {
    arena = Arena.ofShared();
    layout = Networks.of(Tasks.of("Hopper-v5").spec());
    shapeOnly = new RandomRollout(1, 1); // the kernel takes any number of rows
    int actions = layout.spec().actions();
    given =
        new SlabPlan()
            .add("parameters", ElementType.FLOAT, layout.size())
            .add("observations", ElementType.FLOAT, rows, layout.inputStride())
            .allocate(SlabAllocator.PAGES);
    got =
        new SlabPlan()
            .add("actions", ElementType.FLOAT, rows, actions)
            .add("log_probs", ElementType.FLOAT, rows)
            .add("values", ElementType.FLOAT, rows)
            .allocate(SlabAllocator.PAGES);
    draw();
    device = Device.open();
    stream = new Stream(device);
    timer = new DeviceTimer(device, stream);
    onDeviceGiven = new DeviceSlabs(device, given);
    onDeviceGot = new DeviceSlabs(device, got);
    var program = new PpoProgram(device, stream, layout, shapeOnly.slabs());
    kernel = program.policyStep();
    kernel.allowSharedBytes(program.size(PpoProgram.SHARED_BYTES));
    shape =
        LaunchShape.of(Math.ceilDiv(rows, PpoProgram.CHUNK), program.size(PpoProgram.THREADS))
            .withShared(program.size(PpoProgram.SHARED_BYTES));
    arguments =
        KernelArguments.in(arena)
            .struct(frame())
            .integer(0) // first environment
            .integer(rows)
            .pointer(0) // step, 64 bits too
            .integer(Purpose.BENCHMARK.code())
            .build();
    flop = (double) rows * PpoProgram.forwardFlop(layout);
    DeviceProof.run(this::prove);
  }

  private void draw() {
    FloatSlab parameters = given.floats("parameters");
    layout.initialize(parameters, SEED);
    // as in InferenceBenchmark: near 0 any network would do
    ParameterTensor last = layout.tensor("actor.4.weight");
    float[] weights = last.get(parameters);
    for (int k = 0; k < weights.length; k++) {
      weights[k] *= 100;
    }
    last.put(parameters, weights);
    var random = new RandomStream(SEED, Purpose.BENCHMARK);
    FloatSlab observations = given.floats("observations");
    for (int row = 0; row < rows; row++) {
      random.seek(row, 0);
      for (int k = 0; k < layout.spec().actor().inputs(); k++) {
        observations.set((long) row * layout.inputStride() + k, (float) random.nextGaussian());
      }
    }
  }

  /** {@code struct PolicyFrame} of native/cuda/sampling.cuh, without statistics. */
  private MemorySegment frame() {
    long observations = onDeviceGiven.address(given.floats("observations"));
    long[] fields = {
      observations,
      observations,
      0, // mean
      0, // inverse standard deviation
      0, // sums
      onDeviceGiven.address(given.floats("parameters")),
      onDeviceGot.address(got.floats("actions")),
      onDeviceGot.address(got.floats("log_probs")),
      onDeviceGot.address(got.floats("values")),
      SEED
    };
    return arena.allocateFrom(JAVA_LONG, fields);
  }

  private void roundTrip() {
    onDeviceGiven.upload(stream);
    kernel.launch(stream, shape, arguments);
    onDeviceGot.download(stream);
  }

  private void prove() {
    roundTrip();
    stream.synchronize();
    String[] names = {"actions", "log_probs", "values"};
    float[][] actual = new float[names.length][];
    for (int k = 0; k < names.length; k++) {
      actual[k] = got.floats(names[k]).toArray();
    }
    try (var cpu = new PolicyInference(layout, Backends.kernels(Backend.CPU), SEED)) {
      FloatSlab parameters = given.floats("parameters");
      FloatSlab observations = given.floats("observations");
      FloatSlab logProbs = got.floats("log_probs");
      cpu.sample(
          parameters,
          observations,
          0,
          rows,
          Purpose.BENCHMARK,
          0,
          0,
          got.floats("actions"),
          logProbs,
          0);
      cpu.values(parameters, observations, 0, rows, got.floats("values"), 0);
    }
    for (int k = 0; k < names.length; k++) {
      Parity.require(names[k], actual[k], got.floats(names[k]).toArray(), 1, TOLERANCE);
    }
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    device.close();
    given.close();
    got.close();
    shapeOnly.close();
    arena.close();
  }

  /**
   * The kernel alone.
   *
   * @param counter of rows
   * @param work of the device
   */
  @Benchmark
  public void kernel(RowCounter counter, DeviceCounter work) {
    timer.start();
    kernel.launch(stream, shape, arguments);
    double bytes = onDeviceGiven.sizeBytes() + onDeviceGot.sizeBytes();
    work.add(timer.stop(), flop, bytes, device.limits());
    counter.rows += rows;
  }

  /**
   * The kernel between its copies.
   *
   * @param counter of rows
   * @param work of the device
   */
  @Benchmark
  public void roundTrip(RowCounter counter, DeviceCounter work) {
    timer.start();
    roundTrip();
    work.add(timer.stop(), (double) onDeviceGiven.sizeBytes() + onDeviceGot.sizeBytes());
    counter.rows += rows;
  }
}
