package stride.ppo.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import stride.collect.BatchPolicy;
import stride.collect.RolloutConfig;
import stride.collect.RolloutSlabs;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.DevicePlan;
import stride.cuda.Event;
import stride.cuda.Stream;
import stride.learn.SavedState;
import stride.learn.StageClock;
import stride.learn.UpdateMode;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.nn.PolicyLayout;
import stride.optim.UpdateFailure;
import stride.optim.UpdateState;
import stride.options.Require;
import stride.parallel.Team;
import stride.ppo.GaeConfig;
import stride.ppo.PpoBackend;
import stride.ppo.UpdateConfig;
import stride.ppo.UpdateDiagnostics;

/**
 * Learns on an NVIDIA GPU: the rollout goes there in one copy, parameters and diagnostics come back
 * in one.
 *
 * <p>The host keeps the parameters between updates and sends them with each, so rollouts and
 * checkpoints always have the parameters that the device continues from. Adam's moments stay on the
 * device until they are asked for.
 *
 * <p>Driven by the thread that made it. Owns the device; the rollout must outlive it. Closing is
 * idempotent.
 */
public final class CudaPpoBackend implements PpoBackend {
  // an update that takes longer than the slowest device would, with a margin, is taken to hang
  private static final double PATIENCE_SECONDS = 5;
  private static final double FLOP_OF_PARAMETER = 6; // for each row: forward, and twice backward
  private static final double SLOWEST_FLOP_PER_SECOND = 1e10;

  private final UpdateConfig config;
  private final RolloutSlabs slabs;
  private final int minibatches; // of an update
  private final Arena arena = Arena.ofShared();
  private final LongSlab counters = LongSlab.allocate(arena, 2); // steps of Adam, updates
  private final Device device;
  private Stream stream;
  private Event updateStart;
  private Event updateEnd;
  private DeviceCopy rollout;
  private UpdateBuffers buffers;
  private ShuffledRows shuffled;
  private Optimizer optimizer;
  private KernelFrame frame;
  private UpdateLaunches launches;
  private DevicePolicy policy;
  private UpdateMode mode;
  private Map<UpdateMode, Float> times = Map.of();
  private final Map<UpdateMode, String> refused = new EnumMap<>(UpdateMode.class);
  private UpdateDiagnostics last;

  /**
   * Takes the device, compiles the kernels for these sizes, and makes initial parameters.
   *
   * @param seed of initial parameters and shuffles
   * @param mode how updates are done
   * @throws stride.nn.BackendUnavailableException if CUDA cannot be used here
   * @throws IllegalArgumentException if minibatches do not divide the rollout, or the networks
   *     share a backbone or do not allow the mode or the precision
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
    Require.require("shared_backbone", true, policy.trunk() == null, "false for backend=cuda");
    this.slabs = rollout;
    this.config = config;
    this.minibatches = config.updateEpochs() * config.numMinibatches();
    this.device = Device.open();
    try {
      prepare(policy, team, gaeConfig, rows, seed, mode);
      this.mode = choose(mode);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void prepare(
      PolicyLayout layout, Team team, GaeConfig gaeConfig, int rows, long seed, UpdateMode asked) {
    final int minibatch = Math.ceilDiv(rows, config.numMinibatches());
    final ProgramPlan plan =
        ProgramPlan.of(device.limits(), layout, slabs.rewards().shape(), gaeConfig, config, asked);
    final Chunking chunking = plan.chunking();
    final boolean wide = chunking.wide();
    stream = new Stream(device);
    updateStart = new Event(device);
    updateEnd = new Event(device);
    final Programs programs = new Programs(device, plan.shape());
    programs.begin(plan.programs());
    LaunchSizes sizes =
        LaunchSizes.of(device, programs.module(Program.COMMON), stream, minibatches);
    rollout = new DeviceCopy(device, slabs.block());
    buffers = new UpdateBuffers(device, layout.size(), minibatches, config.adamEps());
    shuffled = new ShuffledRows(device, team, config, rows, seed);
    optimizer = new Optimizer(device, layout.size());
    long partial = wide ? sizes.summed() : layout.size();
    frame =
        new KernelFrame(device, arena, stream, sizes, rows, layout.size(), partial, minibatches);
    MemorySegment struct = frame.fill(slabs, rollout, buffers, shuffled, optimizer);
    int envs = Math.toIntExact(slabs.rewards().shape().dim(1));
    double flop = FLOP_OF_PARAMETER * config.updateEpochs() * rows * layout.size();
    var context =
        new LaunchContext(
            device,
            programs,
            stream,
            arena,
            sizes,
            chunking,
            struct,
            envs,
            minibatches,
            PATIENCE_SECONDS + flop / SLOWEST_FLOP_PER_SECOND);
    if (wide) {
      launches =
          new WideUpdate(
              context,
              layout,
              minibatch,
              config.precision(),
              buffers.parametersOnDevice(),
              frame.array("gradients"),
              frame.array("partials"));
    } else {
      sizes.requireSharedBytes(SharedMemory.bytes(layout, chunking.rows()));
      launches = new NarrowUpdate(context);
    }
    layout.initialize(buffers.parameters(), seed);
    optimizer.hand(stream);
  }

  private UpdateMode choose(UpdateMode asked) {
    if (asked == UpdateMode.AUTO) {
      return fastest();
    }
    if (!launches.modes().contains(asked)) {
      throw new IllegalArgumentException(
          "cuda_update=%s, required: auto or one of %s for %s"
              .formatted(
                  asked,
                  launches.modes(),
                  launches instanceof WideUpdate
                      ? "networks that cuBLAS computes"
                      : "these networks and minibatches on this device"));
    }
    return asked;
  }

  /** Tries all ways on an empty rollout, at learning rate 0 and with moments of 0. */
  private UpdateMode fastest() {
    computeGae();
    times = launches.measure(() -> upload(0), refused);
    optimizer.hand(stream);
    return times.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  /** How updates are done: the way that was asked for, or the fastest. */
  public UpdateMode mode() {
    return mode;
  }

  /**
   * Milliseconds of an update each way, from which the fastest was chosen; empty if one was asked
   * for.
   */
  public Map<UpdateMode, Float> times() {
    return times;
  }

  @Override
  public Optional<String> note() {
    String trials =
        times.entrySet().stream()
            .map(trial -> "%s %.3f ms".formatted(trial.getKey(), trial.getValue()))
            .collect(Collectors.joining(", "));
    String impossible =
        refused.entrySet().stream()
            .map(way -> "; not " + way.getKey() + ": " + way.getValue())
            .collect(Collectors.joining());
    return Optional.of(
        "cuda update: "
            + mode
            + (trials.isEmpty() ? "" : ", the fastest of " + trials)
            + impossible);
  }

  @Override
  public BatchPolicy policy(RolloutConfig rolloutConfig) {
    if (policy == null) {
      int rows = DevicePolicy.largest(rolloutConfig.numEnvs());
      long stride = slabs.observations().shape().dim(2);
      DeviceArray x =
          new DevicePlan()
              .add("x", ElementType.FLOAT, rows, stride)
              .allocate(device) // the device's, as long as it is open
              .array("x");
      x.clear(stream);
      policy =
          new DevicePolicy(
              device, arena, stream, slabs, rolloutConfig, buffers, launches.policy(rows, x), x);
    }
    return policy;
  }

  /**
   * How long the device worked on the last update in ms, by its own clock, copies left out. Only
   * after an update.
   */
  public float lastUpdateMillis() {
    return updateEnd.millisSince(updateStart);
  }

  public Device.Limits limits() {
    return device.limits();
  }

  /** Starts the copy of the rollout and its advantages; the update waits for them. */
  @Override
  public void computeGae() {
    rollout.upload(stream);
    launches.gae();
  }

  private void upload(double learningRate) {
    shuffled.prepare(slabs.diverged(), counters.get(1), stream);
    buffers.prepare(learningRate, shuffled.rows(), counters.get(0), stream);
  }

  @Override
  public void update(double learningRate) {
    upload(learningRate);
    updateStart.record(stream);
    launches.update(mode);
    updateEnd.record(stream);
    buffers.fetch(stream);
    shuffled.expect(counters.get(1) + 1);
    stream.synchronize();
    var failure = new UpdateFailure(counters.get(1), learningRate, counters.get(0));
    counters.set(0, counters.get(0) + buffers.doneMinibatches());
    counters.set(1, counters.get(1) + 1);
    checkFinite(failure);
    last = buffers.summary(learningRate, config.updateEpochs(), shuffled.rows());
  }

  private void checkFinite(UpdateFailure failure) {
    int number = buffers.notFiniteAt();
    if (number >= 0) {
      throw failure.inMinibatch(
          number % config.numMinibatches(),
          number / config.numMinibatches(),
          buffers.diagnostic(number, UpdateBuffers.POLICY_LOSS),
          buffers.diagnostic(number, UpdateBuffers.VALUE_LOSS),
          buffers.diagnostic(number, UpdateBuffers.NORM));
    }
    if (!buffers.parametersFinite()) {
      throw failure.of("a parameter");
    }
  }

  @Override
  public UpdateDiagnostics diagnostics() {
    return last;
  }

  @Override
  public FloatSlab parameters() {
    return buffers.parameters();
  }

  @Override
  public SequencedMap<String, Slab> state() {
    optimizer.fetch(stream);
    return slabs();
  }

  private SequencedMap<String, Slab> slabs() {
    return UpdateState.of(buffers.parameters(), optimizer.means(), optimizer.squares(), counters);
  }

  @Override
  public void restore(Map<String, Slab> state) {
    SavedState.copy(slabs(), state);
    optimizer.hand(stream);
    shuffled.expect(counters.get(1));
  }

  /** Stages on the device are timed by its events, in the lab: there are no clocks. */
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
      device.close(); // waits for running work, and frees all that is on the device
    } finally {
      closeHost(policy);
      closeHost(optimizer);
      closeHost(shuffled);
      closeHost(buffers);
      arena.close();
    }
  }

  private static void closeHost(HostMemory part) {
    if (part != null) {
      part.close();
    }
  }
}
