package stride.ppo.cuda;

import java.util.EnumSet;
import java.util.Set;
import stride.cuda.CudaException;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelModule;
import stride.cuda.LaunchShape;
import stride.learn.UpdateMode;

/** Networks that fit into a block's shared memory: one kernel computes a gradient. */
final class NarrowUpdate extends UpdateLaunches {
  private final LaunchContext context;
  private final LaunchSizes sizes;
  private final LaunchShape reduceShape;
  private final LaunchShape gradientShape;
  private final Set<UpdateMode> modes;

  // null until their way is first taken
  private Kernel gradient;
  private Kernel reduce;
  private Kernel update;
  private LaunchShape updateShape;
  private Kernel cluster;
  private LaunchShape clusterShape;

  NarrowUpdate(LaunchContext context) {
    super(context);
    this.context = context;
    this.sizes = context.sizes();
    this.gradientShape =
        LaunchShape.of(sizes.maxChunks(), sizes.threads()).withShared(sizes.sharedBytes());
    // the losses' sums have a block of their own
    this.reduceShape = LaunchShape.of(sizes.slices() + 1, sizes.threads());
    this.modes = modes(context.device().limits(), context.chunking());
  }

  /** The ways that a device has for some minibatches. */
  static Set<UpdateMode> modes(Device.Limits limits, Chunking chunking) {
    Set<UpdateMode> modes = EnumSet.of(UpdateMode.LAUNCHES, UpdateMode.GRAPH);
    if (limits.cooperativeLaunch()) {
      modes.add(UpdateMode.PERSISTENT);
    }
    if (limits.clusterLaunch() && chunking.clusterBlocks() > 0) {
      modes.add(UpdateMode.CLUSTER);
    }
    return modes;
  }

  /** The programs that a way takes, beside the common ones. */
  static Set<Program> programs(UpdateMode mode, Set<UpdateMode> modes) {
    return switch (mode) {
      case LAUNCHES, GRAPH -> EnumSet.of(Program.NARROW);
      case PERSISTENT -> EnumSet.of(Program.UPDATE);
      case CLUSTER -> EnumSet.of(Program.CLUSTER);
      case AUTO -> {
        Set<Program> all = EnumSet.noneOf(Program.class);
        modes.forEach(one -> all.addAll(programs(one, modes)));
        yield all;
      }
    };
  }

  @Override
  Set<UpdateMode> modes() {
    return modes;
  }

  @Override
  void load(UpdateMode mode) {
    switch (mode) {
      case PERSISTENT -> loadUpdate();
      case CLUSTER -> loadCluster();
      default -> loadGradient();
    }
  }

  private void loadGradient() {
    if (gradient == null) {
      KernelModule module = context.programs().module(Program.NARROW);
      reduce = module.kernel("reduce_gradients");
      Kernel loaded = module.kernel("minibatch_gradient");
      loaded.allowSharedBytes(sizes.sharedBytes());
      gradient = loaded;
    }
  }

  private void loadUpdate() {
    if (update == null) {
      Kernel loaded = context.programs().module(Program.UPDATE).kernel("ppo_update");
      loaded.allowSharedBytes(sizes.sharedBytes());
      requireRoom(loaded, sizes.sharedBytes());
      int wanted = Math.max(sizes.maxChunks(), sizes.slices() + 1);
      int blocks = Math.min(wanted, context.device().limits().multiprocessors());
      updateShape = LaunchShape.of(blocks, sizes.threads()).withShared(sizes.sharedBytes());
      update = loaded;
    }
  }

  private void loadCluster() {
    if (cluster == null) {
      Kernel loaded = context.programs().module(Program.CLUSTER).kernel("ppo_cluster");
      // more than half of what a multiprocessor has: no two blocks share one
      int limit = context.device().limits().sharedMemoryPerBlock();
      int shared = Math.max(sizes.sharedBytes(context.chunking().clusterChunks()), limit / 2);
      loaded.allowSharedBytes(shared);
      loaded.allowLargeClusters();
      requireRoom(loaded, shared);
      int blocks = context.chunking().clusterBlocks();
      clusterShape = LaunchShape.of(blocks, sizes.threads()).withShared(shared);
      cluster = loaded;
    }
  }

  private void requireRoom(Kernel kernel, int sharedBytes) {
    if (kernel.blocksPerMultiprocessor(sizes.threads(), sharedBytes) == 0) {
      throw new CudaException(
          "%s: a multiprocessor has no room for a block of %d threads with %d registers each and %d bytes of shared memory"
              .formatted(kernel.name(), sizes.threads(), kernel.registers(), sharedBytes));
    }
  }

  @Override
  void gradient(int number, KernelArguments frameAndNumber) {
    gradient.launch(stream(), gradientShape, frameAndNumber);
    reduce.launch(stream(), reduceShape, frameAndNumber);
  }

  @Override
  void whole(UpdateMode mode) {
    if (mode == UpdateMode.PERSISTENT) {
      update.launchCooperatively(stream(), updateShape, frame());
    } else {
      cluster.launch(stream(), clusterShape, frame());
    }
  }

  @Override
  PolicyLaunches policy(int rows, DeviceArray observations) {
    return new NarrowPolicy(stream(), context.programs().module(Program.POLICY), sizes);
  }

  /** Nothing to do: our kernels are loaded when they are looked up. */
  @Override
  void prepareCapture() {}
}
