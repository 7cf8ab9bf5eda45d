package stride.ppo.cuda;

import java.lang.foreign.Arena;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import stride.cuda.CudaException;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.Event;
import stride.cuda.Graph;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelModule;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.learn.UpdateMode;

/**
 * The launches of an update: advantages, then minibatch after minibatch, in each of the modes.
 * Subclasses for narrow and for wide networks compute a minibatch's gradient.
 *
 * <p>Owned by the device, whose thread drives it.
 */
abstract class UpdateLaunches {
  private static final int TRIALS = 3;

  private final Device device;
  private final Stream stream;
  private final Kernel gae;
  private final Kernel moments;
  private final Kernel adam;
  private final Kernel variance;
  private final LaunchShape gaeShape;
  private final LaunchShape momentsShape;
  private final LaunchShape slicesShape;
  private final LaunchShape varianceShape;
  private final KernelArguments frame;
  private final KernelArguments numbered; // frame, and the minibatch's number
  private final int minibatches;
  private final double usualSeconds; // longer than any update that does not hang
  private final Set<UpdateMode> watched = EnumSet.noneOf(UpdateMode.class);
  private Graph graph; // captured when it is first wanted

  UpdateLaunches(LaunchContext context) {
    final KernelModule module = context.programs().module(Program.COMMON);
    final LaunchSizes sizes = context.sizes();
    final Arena arena = context.arena();
    this.device = context.device();
    this.stream = context.stream();
    this.minibatches = context.minibatches();
    this.usualSeconds = context.usualSeconds();
    this.gae = module.kernel("gae");
    this.moments = module.kernel("advantage_moments");
    this.adam = module.kernel("adam_step");
    this.variance = module.kernel("explained_variance");
    int gaeBlocks = Math.ceilDiv(context.envs(), sizes.gaeThreads());
    this.gaeShape = LaunchShape.of(gaeBlocks, sizes.gaeThreads());
    this.momentsShape = LaunchShape.of(minibatches, sizes.threads());
    this.slicesShape = LaunchShape.of(sizes.slices(), sizes.threads());
    this.varianceShape = LaunchShape.of(1, sizes.varianceThreads());
    this.frame = KernelArguments.in(arena).struct(context.frame()).build();
    this.numbered = KernelArguments.in(arena).struct(context.frame()).integer(0).build();
  }

  Stream stream() {
    return stream;
  }

  KernelArguments frame() {
    return frame;
  }

  /** The ways that networks of this kind have on this device. */
  abstract Set<UpdateMode> modes();

  /** Compiles and loads what a way takes, unless that has been done. */
  abstract void load(UpdateMode mode);

  /** Puts the gradient of a minibatch on the stream, with its norm and diagnostics. */
  abstract void gradient(int number, KernelArguments frameAndNumber);

  /** Puts all minibatches on the stream as one launch. */
  abstract void whole(UpdateMode mode);

  /** A policy of these networks for observations [rows, D'] on the device. */
  abstract PolicyLaunches policy(int rows, DeviceArray observations);

  /** Does once what cannot be done for the first time while it is captured. */
  abstract void prepareCapture();

  final void gae() {
    gae.launch(stream, gaeShape, frame);
  }

  /**
   * Puts an update on the stream. The first time that blocks wait for one another, waits as well: a
   * kernel that hangs could not be ended.
   *
   * @throws CudaException if the way is not possible here after all, or hangs
   */
  final void update(UpdateMode mode) {
    load(mode);
    switch (mode) {
      case LAUNCHES -> launches();
      case GRAPH -> {
        if (graph == null) {
          prepareCapture();
          graph = Graph.capture(stream, this::launches);
        }
        graph.launch(stream);
      }
      case PERSISTENT, CLUSTER -> {
        whole(mode);
        if (watched.add(mode)) {
          stream.synchronizeWithin(Stream.watchdogSeconds(usualSeconds), "the update by " + mode);
        }
      }
      case AUTO -> throw new IllegalArgumentException("mode=" + mode + " names no way");
    }
  }

  private void launches() {
    moments.launch(stream, momentsShape, frame);
    for (int number = 0; number < minibatches; number++) {
      numbered.setInteger(1, number);
      gradient(number, numbered);
      adam.launch(stream, slicesShape, numbered);
    }
    variance.launch(stream, varianceShape, frame);
  }

  /**
   * Measures how long an update takes each way that there is, on whatever the arrays hold:
   * milliseconds, the best of a few trials.
   *
   * @param prepare puts on the stream what an update needs before it
   * @param refused takes the reasons of ways that the device refuses, which are passed over
   */
  final Map<UpdateMode, Float> measure(Runnable prepare, Map<UpdateMode, String> refused) {
    Map<UpdateMode, Float> times = new EnumMap<>(UpdateMode.class);
    for (UpdateMode mode : modes()) {
      try {
        times.put(mode, measure(mode, prepare));
      } catch (CudaException e) {
        if (e.deviceLost() || mode == UpdateMode.LAUNCHES) {
          throw e;
        }
        refused.put(mode, e.getMessage());
      }
    }
    return times;
  }

  private float measure(UpdateMode mode, Runnable prepare) {
    float best = Float.POSITIVE_INFINITY;
    try (Event start = new Event(device);
        Event end = new Event(device)) {
      for (int trial = 0; trial <= TRIALS; trial++) { // the first captures and loads
        prepare.run();
        start.record(stream);
        update(mode);
        end.record(stream);
        end.synchronize();
        if (trial > 0) {
          best = Math.min(best, end.millisSince(start));
        }
      }
    }
    return best;
  }
}
