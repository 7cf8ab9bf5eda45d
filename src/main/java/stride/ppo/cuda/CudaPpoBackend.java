package stride.ppo.cuda;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.KernelCompiler;
import stride.cuda.KernelModule;
import stride.cuda.KernelSource;
import stride.cuda.Stream;
import stride.learn.StageClock;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.ppo.GaeConfig;
import stride.ppo.PpoBackend;
import stride.ppo.RolloutSlabs;
import stride.ppo.UpdateConfig;
import stride.ppo.UpdateDiagnostics;
import stride.ppo.UpdateFailure;
import stride.ppo.UpdateMode;
import stride.ppo.UpdateState;

/**
 * Learns on an NVIDIA GPU: the rollout goes there in one copy, parameters and diagnostics come back
 * in one.
 *
 * <p>The host keeps the parameters between updates and hands them over with every one, so that what
 * a rollout reads and what is saved is always what the device goes on from. Adam's moments stay on
 * the device until they are asked for.
 *
 * <p>Driven by the thread that made it. Owns the device; the rollout must outlive it. Closing is
 * idempotent.
 */
public final class CudaPpoBackend implements PpoBackend {
  private static final String FOLDER = "/stride/cuda";
  // what a block computes at a time: small minibatches are spread over more blocks
  private static final int SMALL_CHUNK = 16;
  private static final int LARGE_CHUNK = 32;
  private static final int LARGE_MINIBATCH = 2048;

  private final UpdateConfig config;
  private final RolloutSlabs slabs;
  private final int minibatches; // of an update
  private final Arena arena = Arena.ofShared();
  private final LongSlab counters = LongSlab.allocate(arena, 2); // steps of Adam, updates
  private final Device device;
  private Stream stream;
  private Mirror rollout;
  private Exchange exchange;
  private Orders orders;
  private Optimizer optimizer;
  private Frame frame;
  private UpdateKernels kernels;
  private UpdateMode mode;
  private Map<UpdateMode, Float> times = Map.of();
  private UpdateDiagnostics last;

  /**
   * Takes the device, compiles the kernels for these sizes, and makes initial parameters.
   *
   * @param rollout what is learnt from
   * @param policy layout of the actor-critic
   * @param team shuffles
   * @param gaeConfig how advantages are estimated
   * @param config how parameters learn
   * @param seed of initial parameters and shuffles
   * @param mode how updates are done
   * @throws stride.nn.BackendUnavailableException if CUDA cannot be used here
   * @throws IllegalArgumentException if minibatches do not divide the rollout
   * @throws stride.cuda.CudaException if the device has too little memory, or a kernel does not
   *     compile
   */
  public CudaPpoBackend(
      RolloutSlabs rollout,
      PolicyLayout policy,
      Team team,
      GaeConfig gaeConfig,
      UpdateConfig config,
      long seed,
      UpdateMode mode) {
    final int rows = Math.toIntExact(rollout.rewards().length());
    config.checkRows(rows);
    this.slabs = rollout;
    this.config = config;
    this.minibatches = config.updateEpochs() * config.numMinibatches();
    this.device = Device.open();
    try {
      prepare(policy, team, gaeConfig, rows, seed);
      this.mode = mode == UpdateMode.AUTO ? fastest() : mode;
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void prepare(PolicyLayout policy, Team team, GaeConfig gaeConfig, int rows, long seed) {
    stream = new Stream(device);
    int minibatch = Math.ceilDiv(rows, config.numMinibatches());
    int chunk = minibatch < LARGE_MINIBATCH ? SMALL_CHUNK : LARGE_CHUNK;
    String shape = ShapeHeader.of(policy, slabs, gaeConfig, config, chunk);
    var module =
        new KernelModule(
            device, KernelCompiler.open().compile(source(shape), device.architecture()));
    LaunchSizes sizes = LaunchSizes.of(device, module, stream, minibatches);
    rollout = new Mirror(device, slabs.block());
    exchange = new Exchange(device, policy.size(), minibatches, config.adamEps());
    orders = new Orders(device, team, config, rows, seed);
    optimizer = new Optimizer(device, policy.size());
    frame = new Frame(device, arena, stream, sizes, rows, policy.size(), minibatches);
    kernels =
        new UpdateKernels(
            device,
            module,
            stream,
            arena,
            sizes,
            frame.fill(slabs, rollout, exchange, orders, optimizer),
            Math.toIntExact(slabs.rewards().shape().dim(1)),
            minibatches);
    policy.initialize(exchange.parameters(), seed);
    optimizer.hand(stream);
  }

  /** All kernels, for one shape. */
  static KernelSource source(String shape) {
    return KernelSource.ofResources(FOLDER, "ppo.cu", Map.of(ShapeHeader.NAME, shape));
  }

  /** Tries all ways on an empty rollout, at learning rate 0 and with moments of 0. */
  private UpdateMode fastest() {
    computeGae();
    times = kernels.measure(() -> upload(0));
    optimizer.hand(stream);
    return times.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  /**
   * How updates are done.
   *
   * @return the way that was asked for, or the fastest
   */
  public UpdateMode mode() {
    return mode;
  }

  /**
   * What the choice of the fastest way was made from.
   *
   * @return milliseconds of an update each way, empty if one was asked for
   */
  public Map<UpdateMode, Float> times() {
    return times;
  }

  /** Starts the copy of the rollout and its advantages; the update waits for them. */
  @Override
  public void computeGae() {
    rollout.upload(stream);
    kernels.gae();
  }

  private void upload(double learningRate) {
    orders.prepare(slabs.diverged(), counters.get(1), stream);
    exchange.prepare(learningRate, orders.rows(), counters.get(0), stream);
  }

  @Override
  public void update(double learningRate) {
    upload(learningRate);
    kernels.update(mode);
    exchange.fetch(stream);
    stream.synchronize();
    var failure = new UpdateFailure(counters.get(1), learningRate, counters.get(0));
    counters.set(0, counters.get(0) + exchange.doneMinibatches());
    counters.set(1, counters.get(1) + 1);
    checkFinite(failure);
    last = summary(learningRate);
  }

  private void checkFinite(UpdateFailure failure) {
    int number = exchange.notFiniteAt();
    if (number >= 0) {
      throw failure.inMinibatch(
          number % config.numMinibatches(),
          number / config.numMinibatches(),
          exchange.diagnostic(number, Exchange.POLICY_LOSS),
          exchange.diagnostic(number, Exchange.VALUE_LOSS),
          exchange.diagnostic(number, Exchange.NORM));
    }
    if (!exchange.parametersFinite()) {
      throw failure.of("a parameter");
    }
  }

  private UpdateDiagnostics summary(double learningRate) {
    int done = 0;
    int newest = 0;
    double clipped = 0;
    for (int k = 0; k < minibatches; k++) {
      if (exchange.diagnostic(k, Exchange.ROWS) > 0) {
        newest = k;
        done++;
        clipped += exchange.diagnostic(k, Exchange.CLIPPED);
      }
    }
    int stopped = exchange.stoppedAfterEpoch();
    return new UpdateDiagnostics(
        exchange.diagnostic(newest, Exchange.POLICY_LOSS),
        exchange.diagnostic(newest, Exchange.VALUE_LOSS),
        exchange.diagnostic(newest, Exchange.ENTROPY),
        -exchange.diagnostic(newest, Exchange.LOG_RATIO),
        exchange.diagnostic(newest, Exchange.KL),
        clipped / done,
        exchange.explainedVariance(),
        exchange.diagnostic(newest, Exchange.NORM),
        learningRate,
        stopped < 0 ? config.updateEpochs() : stopped + 1,
        orders.rows());
  }

  @Override
  public UpdateDiagnostics diagnostics() {
    return last;
  }

  @Override
  public FloatSlab parameters() {
    return exchange.parameters();
  }

  @Override
  public SequencedMap<String, Slab> state() {
    optimizer.fetch(stream);
    return slabs();
  }

  private SequencedMap<String, Slab> slabs() {
    return UpdateState.of(exchange.parameters(), optimizer.means(), optimizer.squares(), counters);
  }

  @Override
  public void restore(Map<String, Slab> state) {
    UpdateState.restore(slabs(), state);
    optimizer.hand(stream);
  }

  /** The device's stages are told by its own events, in the lab: there are no clocks. */
  @Override
  public List<StageClock> clocks() {
    return List.of();
  }

  /** All work goes here. */
  Stream stream() {
    return stream;
  }

  /** An array that is on the device alone. */
  DeviceArray array(String name) {
    return frame.array(name);
  }

  @Override
  public void close() {
    if (!arena.scope().isAlive()) {
      return;
    }
    try {
      device.close(); // waits for what is under way, and frees all that is on it
    } finally {
      closeHost(optimizer);
      closeHost(orders);
      closeHost(exchange);
      arena.close();
    }
  }

  private static void closeHost(HostPart part) {
    if (part != null) {
      part.close();
    }
  }
}
