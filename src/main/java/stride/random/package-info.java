/**
 * Counter-based random numbers: a number is a function of seed, purpose, index and position, not of
 * what was drawn before.
 *
 * <p><b>Data.</b> The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy
 * as 1, 2, 3", 2011). The seed is its key; the counter holds, from word 0 to 3: the index (for
 * environments the <i>global</i> one, so that numbers do not depend on how environments are shared
 * among threads), the low and high half of the position (an episode, a step), and the purpose with
 * the number of the block within the position.
 *
 * <p><b>Memory.</b> Nothing is allocated after construction.
 *
 * <p><b>Threads.</b> Objects belong to one thread; static methods to any.
 *
 * <p><b>Errors.</b> An index or count out of range throws {@link
 * java.lang.IllegalArgumentException} or {@link java.lang.IndexOutOfBoundsException}.
 */
package stride.random;
