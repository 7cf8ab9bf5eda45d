package stride.ppo.cuda;

import stride.cuda.KernelArguments;
import stride.cuda.LaunchShape;

/** The launches of a policy's step, for networks of one kind. */
interface PolicyLaunches {
  /** Adds the further arguments of {@code policy_step}. */
  KernelArguments.Builder complete(KernelArguments.Builder arguments);

  /** Blocks that answer so many rows; made once, so that a step makes no objects. */
  LaunchShape shape(int rows);

  /** Starts to answer the first rows of the observations. */
  void launch(KernelArguments arguments, LaunchShape shape);
}
