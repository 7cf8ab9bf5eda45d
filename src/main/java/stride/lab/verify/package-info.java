/**
 * Judges whether a change kept the returns: two lists of returns over seeds go in, a verdict with
 * its numbers comes out, and goes into a ledger.
 *
 * <p><b>Data.</b> A return is one number a seed, in the task's own unit. A seed that failed without
 * one is NaN, and counts as the worst return known. The margin is a share of the reference's mean,
 * fixed before anything is trained.
 *
 * <p><b>Memory.</b> Some thousand numbers on the heap.
 *
 * <p><b>Threads.</b> Nothing here is shared; equal returns give equal judgements, the bootstrap's
 * seed is fixed.
 *
 * <p><b>Errors.</b> {@link java.lang.IllegalArgumentException} where there is nothing to judge; a
 * ledger that is damaged is refused, and stays as it is.
 */
package stride.lab.verify;
