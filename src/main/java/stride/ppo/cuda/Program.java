package stride.ppo.cuda;

import java.util.Map;
import stride.cuda.KernelSource;

/**
 * What is compiled at a time: kernels that are wanted together. Each is compiled for the sizes and
 * coefficients of one run.
 */
enum Program {
  /** What every update takes: advantages, their moments, Adam, what is explained; and the sizes. */
  COMMON("common.cu"),
  /** Gradients of networks that fit into a block's shared memory. */
  NARROW("narrow.cu"),
  /** A whole update of such networks as one kernel. */
  UPDATE("ppo_update.cu"),
  /** The same as one cluster. */
  CLUSTER("ppo_cluster.cu"),
  /** A step of a policy of such networks. */
  POLICY("policy_step.cu"),
  /** Updates and policies of wider networks, beside cuBLAS. */
  WIDE("wide.cu");

  private static final String FOLDER = "/stride/cuda";

  private final String file;

  Program(String file) {
    this.file = file;
  }

  KernelSource source(String shape) {
    return KernelSource.ofResources(FOLDER, file, Map.of(ShapeHeader.NAME, shape));
  }

  @Override
  public String toString() {
    return file;
  }
}
