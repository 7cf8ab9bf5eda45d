package stride.learn;

/**
 * Wall time of the first-level stages of one iteration.
 *
 * @param rollout nanoseconds of {@link Stage#ROLLOUT}
 * @param gae nanoseconds of {@link Stage#GAE}
 * @param update nanoseconds of {@link Stage#UPDATE}
 */
public record StageNanos(long rollout, long gae, long update) {}
