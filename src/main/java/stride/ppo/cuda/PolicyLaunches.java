package stride.ppo.cuda;

import stride.cuda.KernelArguments;
import stride.cuda.LaunchShape;

/** What is put on the stream for a step of the policy, as networks of one kind do it. */
interface PolicyLaunches {
  /** Adds to the arguments of {@code policy_step} what the kernel wants beside. */
  KernelArguments.Builder complete(KernelArguments.Builder arguments);

  /** Blocks that answer so many rows; made once, so that a step makes no objects. */
  LaunchShape shape(int rows);

  /** Starts to answer the first rows of the observations. */
  void launch(KernelArguments arguments, LaunchShape shape);
}
