/**
 * REINFORCE (Williams, 1992): whole episodes in, and a step along the gradient of the
 * log-probabilities of their actions, each weighted by what it returned.
 *
 * <p>{@link stride.replay.ReplayLearner} takes turns: {@link stride.reinforce.PolicyActor} draws
 * actions, {@link stride.reinforce.ReinforceUpdate} learns whenever enough episodes have ended.
 * They are all learnt from, and those that go on stay in the memory until they end. Returns may be
 * standardised over the rows of an update, and a learned baseline may be taken off. With one
 * environment, one step between two looks and one episode for each update it is the classic method;
 * with more, the last steps before an update may be of episodes that go on: their actions were
 * drawn by older parameters, which is passed over. Losses are those of {@code ppo} at a ratio of 1.
 * The options, presets and habits that commands and the lab use are in {@link
 * stride.reinforce.Reinforce}.
 *
 * <p><b>Data.</b> B rows of ended episodes, cut into parts by their number alone.
 *
 * <p><b>Memory.</b> Nothing is allocated once it runs. Every thread has its own copy of the
 * parameters.
 *
 * <p><b>Threads.</b> A learner is driven by one thread, which lends its team. Results do not depend
 * on the number of threads, in any bit.
 *
 * <p><b>Errors.</b> Options that make no sense throw {@link java.lang.IllegalArgumentException}
 * before anything is allocated; a loss that is not finite, {@link stride.learn.NotFiniteException}.
 */
package stride.reinforce;
