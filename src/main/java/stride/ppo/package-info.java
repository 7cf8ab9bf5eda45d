/**
 * Proximal policy optimisation (Schulman et al., 2017): observations in, better parameters out.
 *
 * <p>To be read in this order: {@link stride.ppo.Rollout} collects experience with the current
 * policy, {@link stride.ppo.Gae} judges it, {@link stride.ppo.Update} learns from it; {@link
 * stride.ppo.PpoLearner} does all three in turn.
 *
 * <p><b>Data.</b> {@code T} steps of {@code N} environments in slabs {@code [T, N, ...]} ({@link
 * stride.ppo.RolloutSlabs}); observations and rewards are normalised before they are stored,
 * actions are the policy's own, unclipped.
 *
 * <p><b>Memory.</b> All slabs of a rollout are one page-aligned allocation; nothing is allocated
 * once it runs.
 *
 * <p><b>Threads.</b> A rollout is driven by one thread, which lends its team. Results do not depend
 * on the number of threads, in any bit.
 *
 * <p><b>Errors.</b> Sizes that make no sense throw {@link java.lang.IllegalArgumentException}
 * before anything is allocated; a diverged simulation ends its episode and is counted, not thrown.
 */
package stride.ppo;
