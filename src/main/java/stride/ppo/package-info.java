/**
 * Proximal policy optimisation (Schulman et al., 2017): observations in, better parameters out.
 *
 * <p>To be read in this order: {@link stride.collect.Rollout} collects experience with the current
 * policy, {@link stride.ppo.Gae} judges it, {@link stride.ppo.Update} learns from it; {@link
 * stride.ppo.PpoLearner} does all three in turn.
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
