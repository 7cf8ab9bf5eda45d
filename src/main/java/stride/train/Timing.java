package stride.train;

/**
 * How long a run has taken, and what is left of it.
 *
 * @param elapsedSeconds of all iterations so far, in all sittings
 * @param iterationsLeft that it has still to do
 * @param secondsLeft that they take at the rate of this sitting
 */
public record Timing(double elapsedSeconds, long iterationsLeft, double secondsLeft) {}
