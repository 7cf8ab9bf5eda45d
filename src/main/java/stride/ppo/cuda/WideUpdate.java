package stride.ppo.cuda;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import stride.cuda.Blas;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.DeviceMemory;
import stride.cuda.DevicePlan;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelModule;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.learn.UpdateMode;
import stride.memory.ElementType;
import stride.nn.PolicyLayout;
import stride.nn.Precision;

/**
 * Networks that do not fit into a block's shared memory: products by cuBLAS, and kernels of our own
 * between them.
 *
 * <pre>
 *   gather -> product, bias and activation, ... -> losses -> backward -> norm, gather -> Adam
 * </pre>
 *
 * <p>Products are as high as the largest minibatch, so that launches do not depend on how many rows
 * diverged; rows that a minibatch lacks are 0 on the device. All work is on one stream, with one
 * workspace: cuBLAS's results are the same from run to run.
 */
final class WideUpdate extends UpdateLaunches {
  private static final int NUMBER = 1; // place in the arguments

  private final Device device;
  private final KernelModule module;
  private final PolicyLayout policy;
  private final WideKernels kernels;
  private final DeviceArray parameters;
  private final DeviceArray gradients;
  private final WideNetworks networks;
  private final Kernel gather;
  private final Kernel loss;
  private final Kernel norm;
  private final LaunchShape gatherShape;
  private final LaunchShape normShape;
  private final LaunchShape lossShape;
  private final KernelArguments gatherArguments;
  private final KernelArguments lossArguments;
  private final KernelArguments normArguments;

  WideUpdate(
      LaunchContext context,
      PolicyLayout policy,
      int rows,
      Precision precision,
      DeviceArray parameters,
      DeviceArray gradients,
      DeviceArray partials) {
    super(context);
    final LaunchSizes sizes = context.sizes();
    final Stream stream = context.stream();
    final MemorySegment frame = context.frame();
    this.device = context.device();
    this.module = context.programs().module(Program.WIDE);
    this.policy = policy;
    this.parameters = parameters;
    this.gradients = gradients;
    DevicePlan plan = new DevicePlan().add("x", ElementType.FLOAT, rows, policy.inputStride());
    WideNetworks.plan(plan, policy, rows);
    DeviceMemory memory = plan.allocate(device); // the device's, as long as it is open
    memory.all().clear(stream);
    Blas blas = new Blas(stream, precision);
    this.kernels = WideKernels.of(module, stream, blas, context.arena(), sizes, rows, partials);
    DeviceArray x = memory.array("x");
    this.networks = new WideNetworks(policy, memory, kernels, x, parameters, gradients);
    sizes.requireSummed(WideNetworks.summed(policy));
    this.gather = module.kernel("wide_gather");
    this.loss = module.kernel("wide_loss");
    this.norm = module.kernel("wide_norm");
    this.gatherShape = kernels.shape((long) rows * policy.inputStride() / 4);
    // the losses' sums have a block of their own
    this.normShape = LaunchShape.of(sizes.slices() + 1, sizes.threads());
    this.lossShape = LaunchShape.of(sizes.maxChunks(), sizes.wideLossThreads());
    this.gatherArguments = kernels.arguments().struct(frame).pointer(x).build();
    this.lossArguments =
        kernels
            .arguments()
            .struct(frame)
            .integer(0)
            .pointer(networks.actorOutput())
            .pointer(networks.criticOutput())
            .pointer(networks.actorOutputGradient())
            .pointer(networks.criticOutputGradient())
            .build();
    this.normArguments = kernels.arguments().struct(frame).integer(0).pointer(x).build();
  }

  @Override
  Set<UpdateMode> modes() {
    return EnumSet.of(UpdateMode.LAUNCHES, UpdateMode.GRAPH);
  }

  @Override
  void gradient(int number, KernelArguments frameAndNumber) {
    lossArguments.setInteger(NUMBER, number);
    normArguments.setInteger(NUMBER, number);
    if (number == 0) {
      gather.launch(stream(), gatherShape, gatherArguments);
    }
    networks.forward();
    loss.launch(stream(), lossShape, lossArguments);
    networks.backward();
    norm.launch(stream(), normShape, normArguments);
  }

  /** All is loaded with the first of it. */
  @Override
  void load(UpdateMode mode) {}

  @Override
  void whole(UpdateMode mode) {
    throw new IllegalStateException("products of cuBLAS are launches of their own");
  }

  @Override
  PolicyLaunches policy(int rows, DeviceArray observations) {
    DevicePlan plan = new DevicePlan();
    WideNetworks.plan(plan, policy, rows);
    DeviceMemory memory = plan.allocate(device);
    memory.all().clear(stream());
    return new WidePolicy(
        module, kernels.withRows(rows), memory, policy, observations, parameters, gradients);
  }

  /** Does each product once: cuBLAS loads its kernels at first use, which cannot be captured. */
  @Override
  void prepareCapture() {
    networks.multiply();
  }
}
