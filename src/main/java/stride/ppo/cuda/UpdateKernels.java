package stride.ppo.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import stride.cuda.Device;
import stride.cuda.Event;
import stride.cuda.Graph;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelModule;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.ppo.UpdateMode;

/**
 * The kernels of one shape, ready to launch: advantages, and an update in each of its ways.
 *
 * <p>Owned by the device, whose thread drives it.
 */
final class UpdateKernels {
  private static final int TRIALS = 3;

  private final Device device;
  private final Stream stream;
  private final Kernel gae;
  private final Kernel moments;
  private final Kernel gradient;
  private final Kernel reduce;
  private final Kernel adam;
  private final Kernel variance;
  private final Kernel update;
  private final LaunchShape gaeShape;
  private final LaunchShape momentsShape;
  private final LaunchShape gradientShape;
  private final LaunchShape slicesShape;
  private final LaunchShape varianceShape;
  private final LaunchShape updateShape;
  private final KernelArguments frame;
  private final KernelArguments numbered; // frame, and the minibatch's number
  private final int minibatches;
  private Graph graph; // captured when it is first wanted

  UpdateKernels(
      Device device,
      KernelModule module,
      Stream stream,
      Arena arena,
      LaunchSizes sizes,
      MemorySegment frameStruct,
      int envs,
      int minibatches) {
    this.device = device;
    this.stream = stream;
    this.minibatches = minibatches;
    this.gae = module.kernel("gae");
    this.moments = module.kernel("advantage_moments");
    this.gradient = module.kernel("minibatch_gradient");
    this.reduce = module.kernel("reduce_gradients");
    this.adam = module.kernel("adam_step");
    this.variance = module.kernel("explained_variance");
    this.update = module.kernel("ppo_update");
    gradient.allowSharedBytes(sizes.sharedBytes());
    update.allowSharedBytes(sizes.sharedBytes());
    this.gaeShape = LaunchShape.of(Math.ceilDiv(envs, sizes.gaeThreads()), sizes.gaeThreads());
    this.momentsShape = LaunchShape.of(minibatches, sizes.threads());
    this.gradientShape =
        LaunchShape.of(sizes.maxChunks(), sizes.threads()).withShared(sizes.sharedBytes());
    this.slicesShape = LaunchShape.of(sizes.slices(), sizes.threads());
    this.varianceShape = LaunchShape.of(1, sizes.varianceThreads());
    int most = update.blocksAtOnce(sizes.threads(), sizes.sharedBytes());
    int wanted = Math.max(sizes.maxChunks(), sizes.slices());
    this.updateShape =
        LaunchShape.of(Math.clamp(wanted, 1, Math.max(1, most)), sizes.threads())
            .withShared(sizes.sharedBytes());
    this.frame = KernelArguments.in(arena).struct(frameStruct).build();
    this.numbered = KernelArguments.in(arena).struct(frameStruct).integer(0).build();
  }

  void gae() {
    gae.launch(stream, gaeShape, frame);
  }

  /** Puts an update on the stream. */
  void update(UpdateMode mode) {
    switch (mode) {
      case LAUNCHES -> launches();
      case GRAPH -> {
        if (graph == null) {
          graph = Graph.capture(stream, this::launches);
        }
        graph.launch(stream);
      }
      case PERSISTENT -> {
        update.launchCooperatively(stream, updateShape, frame);
        variance.launch(stream, varianceShape, frame);
      }
      case AUTO -> throw new IllegalArgumentException("mode=" + mode + " names no way");
    }
  }

  private void launches() {
    moments.launch(stream, momentsShape, frame);
    for (int number = 0; number < minibatches; number++) {
      numbered.setInteger(1, number);
      gradient.launch(stream, gradientShape, numbered);
      reduce.launch(stream, slicesShape, numbered);
      adam.launch(stream, slicesShape, numbered);
    }
    variance.launch(stream, varianceShape, frame);
  }

  /**
   * Finds out how long an update takes each way, on whatever the arrays hold.
   *
   * @param prepare puts on the stream what an update needs before it
   * @return milliseconds, the best of a few trials; without the ways this device does not allow
   */
  Map<UpdateMode, Float> measure(Runnable prepare) {
    Map<UpdateMode, Float> times = new EnumMap<>(UpdateMode.class);
    try (Event start = new Event(device);
        Event end = new Event(device)) {
      for (UpdateMode mode : UpdateMode.values()) {
        if (mode == UpdateMode.AUTO
            || (mode == UpdateMode.PERSISTENT && !device.limits().cooperativeLaunch())) {
          continue;
        }
        for (int trial = 0; trial <= TRIALS; trial++) { // the first captures and loads
          prepare.run();
          start.record(stream);
          update(mode);
          end.record(stream);
          end.synchronize();
          if (trial > 0) {
            times.merge(mode, end.millisSince(start), Math::min);
          }
        }
      }
    }
    return times;
  }
}
