package stride.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import stride.collect.RolloutSlabs;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.DevicePlan;
import stride.cuda.Kernel;
import stride.cuda.KernelArguments;
import stride.cuda.KernelCompiler;
import stride.cuda.KernelModule;
import stride.cuda.KernelSource;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.memory.ElementType;
import stride.nn.LinearLayout;
import stride.nn.MlpLayout;
import stride.nn.PolicyLayout;
import stride.ppo.GaeConfig;
import stride.ppo.UpdateConfig;
import stride.ppo.cuda.ShapeHeader;

/** The kernels of PPO, compiled for a policy; the device closes them. */
final class PpoProgram {
  /** Numbers of {@link #size}, as {@code native/cuda/describe_launches.cu} has them. */
  static final int THREADS = 0;

  static final int SHARED_BYTES = 1;
  static final int GAE_THREADS = 4;

  /** Rows that a block of a network's kernel takes at a time. */
  static final int CHUNK = 32;

  private static final int SIZES = 16;

  private final Device device;
  private final String shape;
  private final KernelModule common;
  private final int[] sizes;

  PpoProgram(Device device, Stream stream, PolicyLayout policy, RolloutSlabs rollout) {
    this.device = device;
    this.shape =
        ShapeHeader.of(
            policy,
            rollout.rewards().shape(),
            GaeConfig.DEFAULTS,
            UpdateConfig.DEFAULTS.withMinibatches(1, 1),
            CHUNK,
            1,
            1);
    this.common = module("common.cu");
    this.sizes = sizes(device, stream);
  }

  private int[] sizes(Device device, Stream stream) {
    try (Arena arena = Arena.ofConfined()) {
      DeviceArray array =
          new DevicePlan().add("sizes", ElementType.INT, SIZES).allocate(device).array("sizes");
      var arguments = KernelArguments.in(arena).pointer(array).build();
      common.kernel("describe_launches").launch(stream, LaunchShape.of(1, 1), arguments);
      MemorySegment host = arena.allocate(JAVA_INT, SIZES);
      array.download(host, stream);
      return host.toArray(JAVA_INT);
    }
  }

  private KernelModule module(String main) {
    KernelSource source =
        KernelSource.ofResources("/stride/cuda", main, Map.of(ShapeHeader.NAME, shape));
    return new KernelModule(device, KernelCompiler.open().compile(source, device.architecture()));
  }

  /** Advantages. */
  Kernel gae() {
    return common.kernel("gae");
  }

  /** A step of the policy, in a program of its own. */
  Kernel policyStep() {
    return module("policy_step.cu").kernel("policy_step");
  }

  int size(int number) {
    return sizes[number];
  }

  /** Multiplications and additions of one row on its way through both networks. */
  static long forwardFlop(PolicyLayout policy) {
    return 2 * (weights(policy.actor(), 0) + weights(policy.critic(), 0));
  }

  /**
   * Those of a row of an update: forward, gradients of the weights, and of all layers' inputs but
   * the first one's.
   */
  static long updateFlop(PolicyLayout policy) {
    long inputs = weights(policy.actor(), 1) + weights(policy.critic(), 1);
    return 2 * (forwardFlop(policy) + inputs);
  }

  private static long weights(MlpLayout mlp, int firstLayer) {
    long sum = 0;
    for (int k = firstLayer; k < mlp.layers(); k++) {
      LinearLayout layer = mlp.layer(k);
      sum += (long) layer.inputs() * layer.outputs();
    }
    return sum;
  }
}
