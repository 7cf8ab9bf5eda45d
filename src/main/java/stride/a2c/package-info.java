/**
 * Advantage actor-critic (Mnih et al., 2016, without its asynchrony): short rollouts, and one step
 * of the optimiser from each.
 *
 * <p>It is PPO with one epoch, one minibatch and no clip (Huang et al., "A2C is a special case of
 * PPO", 2022), so that losses, gradients and advantages are those of {@code ppo}; {@link
 * stride.a2c.A2cLearner} has rounds of collecting and learning, many of which make up an iteration.
 * With {@code gae_lambda=1} it is the n-step actor-critic, n being {@code num_steps}; with {@code
 * num_steps=1} the one-step actor-critic. The options, presets and habits that commands and the lab
 * use are in {@link stride.a2c.A2c}.
 *
 * <p><b>Data.</b> As in {@code ppo}, with one minibatch of all rows.
 *
 * <p><b>Memory.</b> Nothing is allocated once it runs. Every thread has its own copy of the
 * parameters, and acts by it.
 *
 * <p><b>Threads.</b> A learner is driven by one thread, which lends its team. Results do not depend
 * on the number of threads, in any bit.
 *
 * <p><b>Errors.</b> Options that make no sense throw {@link java.lang.IllegalArgumentException}
 * before anything is allocated; a loss that is not finite, {@link stride.learn.NotFiniteException}.
 */
package stride.a2c;
