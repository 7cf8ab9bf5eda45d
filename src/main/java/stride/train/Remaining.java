package stride.train;

/**
 * What a run has still to do.
 *
 * @param iterations that are left
 * @param seconds that they take at the rate of this sitting
 */
public record Remaining(long iterations, double seconds) {}
