/**
 * Steps many environments of a task at once: actions in; observations, rewards and ends of episodes
 * out.
 *
 * {@snippet :
 * StepOutputs out = StepOutputs.allocate(arena, n, task.spec().observationElements());
 * FloatSlab actions = FloatSlab.allocate(arena, n, task.spec().actionSpace().elements());
 * shard.reset(out.obs(), 0, out.obsStride());
 * for (int t = 0; t < steps; t++) {
 *   choose(actions, out.obs()); // the caller's policy
 *   shard.act(actions, 0);
 *   shard.advance();
 *   shard.finish(out, 0, 0);
 *   shard.finishedEpisodes().clear(); // or merged into an EpisodeStatistics
 * }
 * }
 *
 * <p><b>Data.</b> A {@link stride.env.Task} says what is simulated ({@link stride.env.EnvSpec}); a
 * {@link stride.env.Shard} runs the environments {@code [firstEnv, firstEnv + n)} of it. Actions
 * are rows {@code [n, A]} of floats or {@code [n]} ints, observations rows {@code [n, D]}, rewards
 * and flags {@code [n]}. Tasks compute in double, as Gymnasium does; observations become floats
 * where they are written to the caller's slab and nowhere else. A step is one policy decision,
 * whatever the frame skip. An episode ends in one of three ways that are never merged: terminated,
 * truncated (time limit), diverged (the simulation broke). The next one begins within the same
 * step.
 *
 * <p><b>Memory.</b> Shards and replay tapes own native memory and are closed by whoever made them.
 * Output slabs belong to the caller. Nothing is allocated in a step, an episode's end included.
 *
 * <p><b>Threads.</b> A shard belongs to one thread at a time; different shards are independent.
 * Every environment has random numbers of its own, so that results do not depend on how
 * environments are dealt to shards. Tasks and specs are immutable.
 *
 * <p><b>Errors.</b> {@link stride.env.UnknownTaskException}, {@link
 * stride.env.MissingModelException}, {@link stride.env.ModelShapeException}, {@link
 * stride.env.GoldenFileException}, and {@link stride.mujoco.MujocoException} from below. Calls out
 * of order or after closing throw {@link java.lang.IllegalStateException}. A simulation that breaks
 * is no exception: its episode ends, is flagged and counted, and {@link
 * stride.env.Shard#takeDivergenceMessages} says what happened.
 */
package stride.env;
