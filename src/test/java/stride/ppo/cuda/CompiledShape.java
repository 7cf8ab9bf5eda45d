package stride.ppo.cuda;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import stride.cuda.KernelSource;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Networks;
import stride.memory.Shape;
import stride.nn.Activation;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.Precision;
import stride.ppo.GaeConfig;
import stride.ppo.UpdateConfig;

/** What trainings compile: tasks, widths of both hidden layers, and rows of a chunk. */
enum CompiledShape {
  HOPPER_8("Hopper-v5", 64, 8, 2),
  HOPPER_16("Hopper-v5", 64, 16, 4),
  HOPPER_32("Hopper-v5", 64, 32, 1),
  CARTPOLE_8("CartPole-v1", 64, 8, 2),
  HOPPER_TF32X3("Hopper-v5", 64, Precision.TF32X3, 16, 2),
  HALF_CHEETAH_TF32X3("HalfCheetah-v5", 128, Precision.TF32X3, 16, 1),
  HALF_CHEETAH_WIDE("HalfCheetah-v5", 256, 32, 1);

  private final String header;
  private final boolean wide;

  CompiledShape(String task, int width, int chunkRows, int clusterChunks) {
    this(task, width, Precision.FP32, chunkRows, clusterChunks);
  }

  CompiledShape(String task, int width, Precision precision, int chunkRows, int clusterChunks) {
    PolicyLayout policy = policy(Tasks.of(task), width);
    this.wide = SharedMemory.chunkRows(policy, chunkRows, chunkRows, Integer.MAX_VALUE) == 0;
    this.header =
        ShapeHeader.of(
            policy,
            Shape.of(128, 64),
            GaeConfig.DEFAULTS,
            UpdateConfig.DEFAULTS.withPrecision(precision),
            chunkRows,
            16,
            clusterChunks);
  }

  /** Its programs for an architecture; clusters came with 9.0. */
  Set<Program> programs(String architecture) {
    if (wide) {
      return EnumSet.of(Program.COMMON, Program.WIDE);
    }
    Set<Program> programs = EnumSet.complementOf(EnumSet.of(Program.WIDE));
    if (Integer.parseInt(architecture.replaceAll("[^0-9]", "")) < 90) {
      programs.remove(Program.CLUSTER);
    }
    return programs;
  }

  KernelSource source(Program program) {
    return program.source(header);
  }

  private static PolicyLayout policy(Task task, int width) {
    PolicySpec usual = Networks.of(task.spec()).spec();
    return new PolicyLayout(
        PolicySpec.of(
            usual.distribution(),
            usual.actor().inputs(),
            usual.actions(),
            IntStream.of(width, width).boxed().toList(),
            Activation.TANH));
  }
}
