/**
 * Statistics of measurements: means with confidence intervals, tests, and the bootstrap.
 *
 * <p><b>Data.</b> Samples are arrays of doubles. A confidence level is a fraction: 0.95, not 95.
 *
 * <p><b>Memory.</b> Some dozen numbers at a time, on the heap.
 *
 * <p><b>Threads.</b> Any: nothing here is shared.
 *
 * <p><b>Errors.</b> {@link java.lang.IllegalArgumentException} for samples that are too small.
 */
package stride.stats;
