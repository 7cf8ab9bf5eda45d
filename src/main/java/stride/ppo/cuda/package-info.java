/**
 * PPO on an NVIDIA GPU: the twin of {@link stride.ppo.reference} and {@link stride.ppo.cpu} whose
 * arithmetic is in {@code native/cuda}.
 *
 * <pre>
 *   host    rollout slabs     order, schedule                      parameters, diagnostics
 *                |                   |                                       ^
 *   device       v  gae              v  moments, minibatches, Adam           |
 *           one copy, one launch   two copies, one piece of work          one copy
 * </pre>
 *
 * <p>Physics is on the host, and a narrow policy costs less there than the way to the device and
 * back: the policy is the host's unless asked otherwise ({@link stride.collect.BatchPolicy}). An
 * update is done in one of several ways that give the same bits ({@link stride.learn.UpdateMode}),
 * and by one of two programs: networks that fit into a block's shared memory are computed by one
 * kernel, wide ones by products of cuBLAS with kernels between them.
 */
package stride.ppo.cuda;
