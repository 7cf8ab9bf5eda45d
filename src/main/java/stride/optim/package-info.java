/**
 * Parameters that a team of threads learns together: gradients of fixed parts of a batch, their sum
 * in a fixed order, its norm, and the optimiser's step; and copies that follow them.
 *
 * <p><b>Data.</b> Parameters, gradients and moments are slabs of floats with one layout. The parts
 * belong to the arithmetic, not to the threads: any number of threads ends in the same bits.
 *
 * <p><b>Memory.</b> Each member has a copy of the parameters and moments of its own if they are
 * few, and a share of common ones if they are many; the bits are the same.
 *
 * <p><b>Threads.</b> All members call the same methods in the same order within one run of the
 * team.
 *
 * <p><b>Errors.</b> {@link stride.learn.NotFiniteException} names what is not finite and since
 * when.
 */
package stride.optim;
