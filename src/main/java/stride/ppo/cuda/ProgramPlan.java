package stride.ppo.cuda;

import java.util.EnumSet;
import java.util.Set;
import stride.cuda.Device;
import stride.learn.UpdateMode;
import stride.memory.Shape;
import stride.nn.PolicyLayout;
import stride.ppo.GaeConfig;
import stride.ppo.UpdateConfig;

/**
 * What is compiled for the updates of a run, which follows from its sizes and from the device's
 * limits.
 *
 * @param chunking of its minibatches
 * @param shape text of {@link ShapeHeader}
 * @param programs that are wanted first
 */
record ProgramPlan(Chunking chunking, String shape, Set<Program> programs) {
  /**
   * The plan of a run.
   *
   * @throws IllegalArgumentException if the kernels for these networks do not have the precision
   */
  static ProgramPlan of(
      Device.Limits limits,
      PolicyLayout policy,
      Shape rollout,
      GaeConfig gae,
      UpdateConfig config,
      UpdateMode asked) {
    final int rows = Math.toIntExact(rollout.elements());
    final int minibatch = Math.ceilDiv(rows, config.numMinibatches());
    final Chunking chunking =
        Chunking.of(policy, minibatch, limits.sharedMemoryPerBlock(), config.precision());
    String shape =
        ShapeHeader.of(
            policy,
            rollout,
            gae,
            config,
            chunking.rowsOrLarge(),
            Math.max(1, chunking.clusterBlocks()),
            chunking.clusterChunks());
    Set<Program> programs =
        chunking.wide()
            ? EnumSet.of(Program.WIDE)
            : NarrowUpdate.programs(asked, NarrowUpdate.modes(limits, chunking));
    programs.add(Program.COMMON);
    return new ProgramPlan(chunking, shape, programs);
  }
}
