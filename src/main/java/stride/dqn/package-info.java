/**
 * Deep Q-learning (Mnih et al., 2015) and what was made of it: double (van Hasselt et al., 2016),
 * dueling (Wang et al., 2016), prioritised (Schaul et al., 2016) and with rewards of several steps.
 *
 * <p>{@link stride.replay.ReplayLearner} takes turns: {@link stride.dqn.DqnActor} chooses actions,
 * {@link stride.dqn.DqnUpdate} learns from what the memory holds. The options, presets and habits
 * that commands and the lab use are in {@link stride.dqn.Dqn}. The arithmetic is behind {@link
 * stride.dqn.DqnKernels}: {@code dqn.reference} defines it and is the place to begin reading,
 * {@code dqn.cpu} is fast.
 *
 * <p><b>Data.</b> A batch of B rows, cut into parts of which each is {@code [R, .]}. A network puts
 * out rows of A values, one for each action.
 *
 * <p><b>Memory.</b> Nothing is allocated once it runs. Every thread has its own copies of the
 * parameters and of those of the target network.
 *
 * <p><b>Threads.</b> A learner is driven by one thread, which lends its team. Results do not depend
 * on the number of threads, in any bit.
 *
 * <p><b>Errors.</b> Options that make no sense throw {@link java.lang.IllegalArgumentException}
 * before anything is allocated; a loss that is not finite, {@link stride.learn.NotFiniteException}.
 */
package stride.dqn;
