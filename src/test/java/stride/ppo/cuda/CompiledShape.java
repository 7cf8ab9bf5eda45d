package stride.ppo.cuda;

import java.util.List;
import java.util.stream.IntStream;
import stride.cuda.KernelSource;
import stride.env.Task;
import stride.env.Tasks;
import stride.memory.SlabAllocator;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.parallel.Team;
import stride.ppo.GaeConfig;
import stride.ppo.Policies;
import stride.ppo.Rollout;
import stride.ppo.RolloutConfig;
import stride.ppo.Stepping;
import stride.ppo.UpdateConfig;

/** What trainings compile: tasks, widths of both hidden layers, and rows that a block takes. */
enum CompiledShape {
  HOPPER_8("Hopper-v5", 64, 8),
  HOPPER_16("Hopper-v5", 64, 16),
  HOPPER_32("Hopper-v5", 64, 32),
  CARTPOLE_16("CartPole-v1", 64, 16),
  HALF_CHEETAH_WIDE("HalfCheetah-v5", 256, 32);

  private final String header;
  private final long sharedBytes;
  private final boolean wide;

  CompiledShape(String task, int width, int chunkRows) {
    PolicyLayout policy = policy(Tasks.of(task), width);
    this.wide = SharedMemory.chunkRows(policy, chunkRows, Integer.MAX_VALUE) == 0;
    this.sharedBytes = wide ? 0 : SharedMemory.bytes(policy, chunkRows);
    this.header = header(Tasks.of(task), policy, chunkRows);
  }

  /** The main files of its programs. */
  List<String> programs() {
    return List.of(wide ? "wide.cu" : "ppo.cu");
  }

  boolean isWide() {
    return wide;
  }

  KernelSource source(String main) {
    return CudaPpoBackend.source(main, header);
  }

  /** Dynamic shared memory of a block that computes networks. */
  long sharedBytes() {
    return sharedBytes;
  }

  private static PolicyLayout policy(Task task, int width) {
    PolicySpec usual = Policies.of(task.spec()).spec();
    return new PolicyLayout(
        PolicySpec.of(
            usual.distribution(),
            usual.actor().inputs(),
            usual.actions(),
            IntStream.of(width, width).boxed().toList(),
            Activation.TANH));
  }

  private static String header(Task task, PolicyLayout policy, int chunkRows) {
    var config = RolloutConfig.of(64, 128, 1, Stepping.SHARDED);
    try (Team team = new Team(1);
        Rollout rollout =
            new Rollout(
                task, policy, Backend.REFERENCE.kernels(), team, config, SlabAllocator.PAGES)) {
      return ShapeHeader.of(
          policy, rollout.slabs(), GaeConfig.DEFAULTS, UpdateConfig.DEFAULTS, chunkRows);
    }
  }
}
