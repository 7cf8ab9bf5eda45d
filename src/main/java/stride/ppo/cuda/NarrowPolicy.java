package stride.ppo.cuda;

import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelModule;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;

/** Both networks and the sampling in one launch. */
final class NarrowPolicy implements PolicyLaunches {
  private final Stream stream;
  private final Kernel step;
  private final LaunchSizes sizes;

  NarrowPolicy(Stream stream, KernelModule module, LaunchSizes sizes) {
    this.stream = stream;
    this.sizes = sizes;
    this.step = module.kernel("policy_step");
    step.allowSharedBytes(sizes.sharedBytes());
  }

  @Override
  public KernelArguments.Builder complete(KernelArguments.Builder arguments) {
    return arguments;
  }

  @Override
  public LaunchShape shape(int rows) {
    int blocks = Math.ceilDiv(rows, sizes.chunkRows());
    return LaunchShape.of(blocks, sizes.threads()).withShared(sizes.sharedBytes());
  }

  @Override
  public void launch(KernelArguments arguments, LaunchShape shape) {
    step.launch(stream, shape, arguments);
  }
}
