/**
 * Proximal policy optimisation (Schulman et al., 2017): rollouts in, better parameters out.
 *
 * <p>{@link stride.ppo.PpoLearner} takes turns: {@link stride.collect.Rollout} collects experience
 * with the current policy, {@link stride.ppo.Gae} computes advantages, {@link stride.ppo.Update}
 * learns from them on a team of threads, or {@code ppo.cuda} does both on a device. The options,
 * presets and habits that commands and the lab use are in {@link stride.ppo.Ppo}. The arithmetic is
 * behind {@link stride.ppo.PpoKernels}: {@code ppo.reference} defines it and is the place to begin
 * reading, {@code ppo.cpu} is fast.
 *
 * <p><b>Data.</b> What {@link stride.collect.RolloutSlabs} holds, advantages and returns beside it
 * in slabs {@code [T, N]}, and minibatches as permuted rows of both.
 *
 * <p><b>Memory.</b> Nothing is allocated once it runs.
 *
 * <p><b>Threads.</b> A learner is driven by one thread, which lends its team. Results do not depend
 * on the number of threads, in any bit.
 *
 * <p><b>Errors.</b> Sizes that make no sense throw {@link java.lang.IllegalArgumentException}
 * before anything is allocated; a loss that is not finite, {@link stride.learn.NotFiniteException}.
 */
package stride.ppo;
