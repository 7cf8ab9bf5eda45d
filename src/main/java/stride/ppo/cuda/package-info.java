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
 * <p>The rollout itself stays on the CPU: physics is there, and a narrow policy costs less than the
 * way to the device and back. An update is done in one of three ways that give the same bits
 * ({@link stride.ppo.UpdateMode}).
 */
package stride.ppo.cuda;
