package stride.ppo.cuda;

import stride.cuda.DeviceArray;
import stride.cuda.DeviceMemory;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelModule;
import stride.cuda.LaunchShape;
import stride.nn.PolicyLayout;

/** Products and activations of both networks, then the sampling. */
final class WidePolicy implements PolicyLaunches {
  private final WideKernels kernels;
  private final WideNetworks networks;
  private final Kernel sample;

  /**
   * A policy.
   *
   * @param module the kernels
   * @param kernels of as many rows as observations
   * @param memory as planned
   * @param policy layout of the parameters
   * @param observations [rows, D']
   * @param parameters all
   * @param gradients all; nothing is written to them
   */
  WidePolicy(
      KernelModule module,
      WideKernels kernels,
      DeviceMemory memory,
      PolicyLayout policy,
      DeviceArray observations,
      DeviceArray parameters,
      DeviceArray gradients) {
    this.kernels = kernels;
    this.sample = module.kernel("wide_sample");
    this.networks = new WideNetworks(policy, memory, kernels, observations, parameters, gradients);
  }

  @Override
  public KernelArguments.Builder complete(KernelArguments.Builder arguments) {
    return arguments.pointer(networks.actorOutput()).pointer(networks.criticOutput());
  }

  @Override
  public LaunchShape shape(int rows) {
    return kernels.shape(rows);
  }

  /** Products are of all rows, whichever are meant. */
  @Override
  public void launch(KernelArguments arguments, LaunchShape shape) {
    networks.forward();
    sample.launch(kernels.stream(), shape, arguments);
  }
}
