/**
 * Environments stepped with a policy, whatever learns from what they saw: observations in, actions
 * out, and all of it in slabs.
 *
 * <p><b>Data.</b> {@code T} steps of {@code N} environments in slabs {@code [T, N, ...]} ({@link
 * stride.collect.RolloutSlabs}); observations and rewards are normalised before they are stored,
 * actions are the policy's own, unclipped.
 *
 * <p><b>Memory.</b> All slabs of a rollout are one page-aligned allocation; nothing is allocated
 * once it runs.
 *
 * <p><b>Threads.</b> A rollout is driven by one thread, which lends its team. Each member steps its
 * own environments. Results do not depend on the number of threads, in any bit.
 *
 * <p><b>Errors.</b> Sizes that make no sense throw {@link java.lang.IllegalArgumentException}
 * before anything is allocated. A diverged simulation ends its episode and is counted, not thrown.
 */
package stride.collect;
