/**
 * Runs the JMH suites, of one revision or of two in turn, and compares their results.
 *
 * <p><b>Data.</b> A suite is a class of {@code stride.bench}; annotations on it say what the quick
 * run, a GPU or a comparison needs to know of it. Its results are JMH's own JSON. Ratios are those
 * of one run, with confidence intervals.
 *
 * <p><b>Memory.</b> Measuring happens in processes of their own.
 *
 * <p><b>Threads.</b> One measurement at a time: two would disturb each other.
 *
 * <p><b>Errors.</b> {@link stride.lab.LabException} where a folder cannot be written or a proof
 * before timing fails. What was measured before stays.
 */
package stride.lab.bench;
