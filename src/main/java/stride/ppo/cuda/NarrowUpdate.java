package stride.ppo.cuda;

import java.util.EnumSet;
import java.util.Set;
import stride.cuda.DeviceArray;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelModule;
import stride.cuda.LaunchShape;
import stride.ppo.UpdateMode;

/** Networks that fit into a block's shared memory: one kernel computes a gradient. */
final class NarrowUpdate extends UpdateWork {
  /** The program. */
  static final String SOURCE = "ppo.cu";

  private final KernelModule module;
  private final LaunchSizes sizes;
  private final Kernel gradient;
  private final Kernel reduce;
  private final Kernel update;
  private final LaunchShape gradientShape;
  private final LaunchShape updateShape;
  private final Set<UpdateMode> modes =
      EnumSet.of(UpdateMode.LAUNCHES, UpdateMode.GRAPH, UpdateMode.PERSISTENT);

  NarrowUpdate(Launching launching) {
    super(launching);
    this.module = launching.module();
    this.sizes = launching.sizes();
    this.gradient = module.kernel("minibatch_gradient");
    this.reduce = module.kernel("reduce_gradients");
    this.update = module.kernel("ppo_update");
    gradient.allowSharedBytes(sizes.sharedBytes());
    update.allowSharedBytes(sizes.sharedBytes());
    this.gradientShape =
        LaunchShape.of(sizes.maxChunks(), sizes.threads()).withShared(sizes.sharedBytes());
    int most = update.blocksAtOnce(sizes.threads(), sizes.sharedBytes());
    int wanted = Math.max(sizes.maxChunks(), sizes.slices());
    this.updateShape =
        LaunchShape.of(Math.clamp(wanted, 1, Math.max(1, most)), sizes.threads())
            .withShared(sizes.sharedBytes());
    if (!launching.device().limits().cooperativeLaunch()) {
      modes.remove(UpdateMode.PERSISTENT);
    }
  }

  @Override
  Set<UpdateMode> modes() {
    return modes;
  }

  @Override
  void gradient(int number, KernelArguments frameAndNumber, LaunchShape slices) {
    gradient.launch(stream(), gradientShape, frameAndNumber);
    reduce.launch(stream(), slices, frameAndNumber);
  }

  @Override
  void persistent() {
    update.launchCooperatively(stream(), updateShape, frame());
  }

  @Override
  PolicyWork policy(int rows, DeviceArray observations) {
    return new NarrowPolicy(stream(), module, sizes);
  }

  /** Kernels of one's own are loaded with their module. */
  @Override
  void prepareCapture() {}
}
